"""No request to the local cloud reads or writes a file outside the cloud's own folders."""

from __future__ import annotations

import io
import json
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from harness.cloud.shared_cloud import ECHO, MARK, Shared

ROOT = Credentials("test", "test")
ROLE = "arn:aws:iam::000000000000:role/Echo"
UP = "../" * 12


@pytest.fixture(autouse=True)
def _nothing_outside_changes(shared: Shared) -> Iterator[None]:
    before = outside(shared)
    yield
    assert outside(shared) == before


def outside(shared: Shared) -> dict[Path, str]:
    """Every file beside the cloud's own folders."""
    own = (shared.home, shared.saved)
    return {
        path: path.read_text() if path.is_file() else ""
        for path in shared.user_home.parent.rglob("*")
        if not any(folder == path or folder in path.parents for folder in own)
    }


def get(shared: Shared, path: str) -> bytes:
    """Answer of a request with root's signature, its path sent as it is given."""
    request = AWSRequest("GET", f"{shared.cloud.url}{path}")
    S3SigV4Auth(ROOT, "s3", "us-east-1").add_auth(request)
    connection = HTTPSConnection("localhost", shared.cloud.port, context=shared.tls, timeout=30)
    connection.request("GET", path, headers=dict(request.headers.items()))
    answer = connection.getresponse().read()
    connection.close()
    return answer


@pytest.mark.parametrize("up", ["../", "..%2f", "%2e%2e/", "..%252f", "..\\", "%2e%2e%5c", "/"])
@pytest.mark.parametrize("prefix", ["/", "/orders/", "/_ministack/", "/_ministack/lambda-code/"])
def test_no_path_of_a_request_leads_to_a_file(shared: Shared, prefix: str, up: str) -> None:
    secret = str(shared.user_home / "mine.txt").lstrip("/")
    assert MARK.encode() not in get(shared, f"{prefix}{up * 12}{secret}")


@pytest.mark.parametrize(
    "key", [f"{UP}key.txt", "a/../../key", "/etc/key", "..", "a//../b", "\\..\\k"]
)
def test_an_object_is_kept_under_any_key(shared: Shared, key: str) -> None:
    s3 = shared.cloud.client("s3")
    s3.put_object(Bucket="orders", Key=key, Body=b"kept")
    assert s3.get_object(Bucket="orders", Key=key)["Body"].read() == b"kept"
    s3.delete_object(Bucket="orders", Key=key)


def test_no_key_version_or_copy_leads_to_a_file(shared: Shared) -> None:
    s3 = shared.cloud.client("s3")
    secret = f"{UP}{shared.user_home / 'mine.txt'}"
    for name, arguments in (
        ("get_object", {"Key": secret}),
        ("get_object", {"Key": "a/b.txt", "VersionId": secret}),
        ("copy_object", {"Key": "copy", "CopySource": {"Bucket": "orders", "Key": secret}}),
        ("copy_object", {"Key": "copy", "CopySource": f"..%2f..{shared.user_home}%2fmine.txt"}),
    ):
        with pytest.raises(ClientError, match=r"NoSuch|Invalid"):
            getattr(s3, name)(Bucket="orders", **arguments)


@pytest.mark.parametrize("name", ["../../escaped.py", "WORKING/escaped.py", "a/../../up.py"])
def test_no_entry_of_a_functions_code_leaves_its_folder(shared: Shared, name: str) -> None:
    invoke(shared, "Escape", code((name.replace("WORKING", str(shared.working)), ECHO)))
    folders = [path for path in shared.home.rglob("code") if path.is_dir()]
    escaped = [path for path in shared.home.rglob("*") if path.name.startswith(("escaped", "up."))]
    assert all(any(folder in path.parents for folder in folders) for path in escaped)


def test_a_link_in_a_functions_code_is_none(shared: Shared) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    invoke(shared, "Link", code((link, str(shared.user_home / "mine.txt"))))
    links = list(shared.home.rglob("link.txt"))
    assert links
    assert not any(path.is_symlink() for path in links)


@pytest.mark.parametrize("name", ["../../../up", "a/../../../../up", "/etc/up", "Echo/../../up"])
def test_no_name_leads_to_another_folder(shared: Shared, name: str) -> None:
    cloud = shared.cloud
    with suppress(ClientError):
        invoke(shared, name, code(("other.py", ECHO)))
    with suppress(ClientError):
        template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
        cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=template)
    with pytest.raises(ClientError, match="ValidationException"):
        cloud.client("appflow").register_connector(
            connectorLabel=name,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": ROLE}},
        )


def test_no_integration_of_an_api_reads_a_file(shared: Shared) -> None:
    apis = shared.cloud.client("apigatewayv2")
    api = apis.create_api(Name="files", ProtocolType="HTTP")["ApiId"]
    integration = apis.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri=f"file://{shared.user_home}",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    answer = get(shared, f"/_aws/execute-api/{api}/$default/mine.txt")
    assert MARK.encode() not in answer
    assert b"file" in answer, "the request did not reach the integration"


def test_no_job_runs_a_file_that_is_no_object(shared: Shared) -> None:
    script = shared.working / "job.py"
    glue = shared.cloud.client("glue")
    for place in (str(script), f"s3://orders/{script}", f"s3://orders/{UP}{script}"):
        command = {"Name": "pythonshell", "ScriptLocation": place}
        glue.create_job(Name=place, Role=ROLE, Command=command)
        run = glue.start_job_run(JobName=place)["JobRunId"]
        deadline = time.monotonic() + 10
        while (found := glue.get_job_run(JobName=place, RunId=run)["JobRun"]) and (
            found["JobRunState"] in ("STARTING", "RUNNING") and time.monotonic() < deadline
        ):
            time.sleep(0.05)
        assert "it has run" not in found.get("ErrorMessage", "")


def code(*entries: tuple[str | zipfile.ZipInfo, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", ECHO)
        for name, text in entries:
            archive.writestr(name, text)
    return content.getvalue()


def invoke(shared: Shared, name: str, zipped: bytes) -> None:
    functions = shared.cloud.client("lambda")
    with suppress(functions.exceptions.ResourceNotFoundException):
        functions.delete_function(FunctionName=name)
    functions.create_function(
        FunctionName=name,
        Role=ROLE,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": zipped},
        Timeout=30,
    )
    answer = functions.invoke(FunctionName=name, Payload=b'"hello"')
    assert json.load(answer["Payload"]) is not None
