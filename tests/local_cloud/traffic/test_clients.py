"""What functions ask of the world is recorded and replayed, whichever client they use."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.cloud_functions import create_function, invoke, package
from harness.cloud.java_code import compiled, files_of, has_jdk
from harness.cloud.local_cloud import REPOSITORY, Cloud, command, running_cloud
from harness.model.appflow import registration, sdk_answer
from harness.model.profiles import profile
from harness.model.token_server import oauth2_authentication, oauth2_config
from tests.local_cloud.traffic.world import (
    CLIENTS,
    COOKIE,
    JAVA,
    KEY,
    TOKEN,
    World,
    create_clients,
    python_package,
    serving,
)

# Node.js 24, which the library's environment has.
PATH = os.pathsep.join([str(REPOSITORY / ".venv" / "bin"), os.environ["PATH"]])
ASKED: list[tuple[str, str]] = [
    *(("python", client) for client in CLIENTS),
    ("node", "fetch"),
    ("node", "https"),
    ("own-proxy", "fetch"),
    ("java", "HttpClient"),
]


@dataclass
class Recorded:
    """A recording, and what functions were answered while it was made."""

    folder: Path
    world: World
    functions: tuple[bytes, bytes | None]
    answers: dict[tuple[str, str, str], Any]
    text: str


def ask(cloud: Cloud, function: str, client: str, url: str, **more: object) -> Any:  # noqa: ANN401
    error, answer = invoke(cloud, function, {"client": client, "url": url, **more})
    assert error is None, answer
    return answer


def all_answers(cloud: Cloud, world: World, *, java: bool) -> dict[tuple[str, str, str], Any]:
    return {
        (function, client, scheme): ask(cloud, function, client, f"{place}/orders?by={client}&n=1")
        for function, client in ASKED
        for scheme, place in (("https", world.secure), ("http", world.plain))
        if (function != "java" or java) and (client, scheme) != ("https", "http")
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("recorded")
    java = package(files_of(compiled(folder, {"Client.java": JAVA}))) if has_jdk() else None
    functions = python_package(folder), java
    kept = folder / "kept"
    with pytest.MonkeyPatch.context() as patch, serving(folder) as world:
        patch.setenv("SSL_CERT_FILE", str(world.authority))
        with running_cloud(folder / "home", ["--record", str(kept)], path=PATH) as cloud:
            secret = json.dumps({"apiKey": KEY, "username": "orders"})
            cloud.client("secretsmanager").create_secret(Name="key", SecretString=secret)
            create_clients(cloud, *functions)
            answers = all_answers(cloud, world, java=java is not None)
            ask_with_secrets(cloud, world)
            connect_by_oauth2(cloud, world)
    return Recorded(kept, world, functions, answers, (kept / "recording.har").read_text())


def ask_with_secrets(cloud: Cloud, world: World) -> None:
    """Send credentials wherever a service may want them."""
    grant = "grant_type=refresh_token&refresh_token=re-fresh-77&client_secret=cl1ent-s3cret"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    ask(cloud, "python", "requests", f"{world.secure}/token", method="POST", headers=form,
        body=grant)  # fmt: skip
    bearer = {"Authorization": f"Bearer {TOKEN}", "X-Api-Key": KEY, "Cookie": f"session={COOKIE}"}
    ask(cloud, "python", "httpx", f"{world.secure}/me", headers=bearer)
    quoted = "k3y%2Fof+the%2Bworld"
    ask(cloud, "python", "urllib3", f"{world.plain}/by-query?q={quoted}&api_key=unkn0wn-key")
    for _ in range(2):  # with an answer of its own each time
        ask(cloud, "python", "urllib", f"{world.plain}/counted")
    ask(cloud, "node", "fetch", f"{world.plain}/by-body", method="POST",
        body=json.dumps({"login": {"key": KEY, "password": "pa55word-9"}}))  # fmt: skip


def connect_by_oauth2(cloud: Cloud, world: World) -> str:
    """Register a connector and make a profile, for which AppFlow fetches a token; return it."""
    url = f"{world.secure}/token"
    about = sdk_answer(
        authenticationConfig=oauth2_authentication(tokenURL=[url]), connectorRuntimeSetting=[]
    )
    source = CONNECTOR.replace("ABOUT", json.dumps(about))
    where = {"lambda": {"lambdaArn": create_function(cloud, "oauth2", source)}}
    client = cloud.client("appflow")
    client.register_connector(**registration("Shop", connectorProvisioningConfig=where))
    given = oauth2_config(
        {"clientId": "me", "clientSecret": "cl1ent-s3cret"},
        {"tokenUrl": url, "oAuth2GrantType": "CLIENT_CREDENTIALS"},
    )
    client.create_connector_profile(
        **profile("prod", connectorLabel="Shop", connectorProfileConfig=given)
    )
    kept = cloud.client("secretsmanager").get_secret_value(
        SecretId="appflow!000000000000-Shop-prod"
    )
    return str(json.loads(kept["SecretString"])["accessToken"])


CONNECTOR = """
import json
def handler(event, context):
    about = event["type"] == "DescribeConnectorConfigurationRequest"
    return json.loads('''ABOUT''') if about else {"isSuccess": True}
"""


@pytest.fixture(scope="module")
def replaying(recorded: Recorded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud that replays, after the world has ended."""
    home, options = tmp_path_factory.mktemp("home"), ["--replay", str(recorded.folder)]
    with running_cloud(home, options, path=PATH) as cloud:
        create_clients(cloud, *recorded.functions)
        yield cloud


def test_every_client_is_answered_by_the_world_while_it_is_recorded(recorded: Recorded) -> None:
    for (_function, client, _scheme), (status, text) in recorded.answers.items():
        assert status == 200, text
        assert json.loads(text)["path"] == f"/orders?by={client}&n=1"
    assert len([each for each in recorded.world.asked if "by=" in each]) == len(recorded.answers)


def test_every_client_is_answered_the_same_from_the_recording(
    recorded: Recorded, replaying: Cloud
) -> None:
    before = list(recorded.world.asked)
    again = all_answers(replaying, recorded.world, java=recorded.functions[1] is not None)
    assert again == recorded.answers
    assert recorded.world.asked == before


def test_the_token_that_appflow_itself_fetches_is_replayed(
    recorded: Recorded, replaying: Cloud
) -> None:
    assert connect_by_oauth2(replaying, recorded.world) == "(hidden)"


def test_no_credential_is_in_the_recording(recorded: Recorded) -> None:
    for secret in (
        KEY, "k3y%2Fof", "k3y/of", TOKEN, COOKIE, "re-fresh-77", "cl1ent-s3cret", "unkn0wn-key",
        "pa55word-9",
    ):  # fmt: skip
        assert secret not in recorded.text, secret
    assert "proxy-authorization" not in recorded.text.lower()
    assert "/orders?by=httpx" in recorded.text  # a user's name is no secret


def test_the_recording_is_an_archive_that_only_its_owner_can_read(recorded: Recorded) -> None:
    log = json.loads(recorded.text)["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "appflow-local")
    assert len(log["entries"]) == len(recorded.world.asked)
    first = log["entries"][0]
    assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= first.keys()
    assert first["response"]["content"]["mimeType"] == "application/json"
    assert stat.S_IMODE(recorded.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((recorded.folder / "recording.har").stat().st_mode) == 0o600


def test_a_secret_of_another_value_is_replayed_all_the_same(
    recorded: Recorded, replaying: Cloud
) -> None:
    url = f"{recorded.world.plain}/by-query?q=another-key&api_key=of-somebody"
    status, text = ask(replaying, "python", "urllib3", url)
    assert status == 200
    assert "(hidden)" in text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/orders?by=requests&n=2", "query n: asked 2, recorded 1"),
        ("/orders?by=requests", "query n: asked without it, recorded 1"),
        ("/order?by=requests&n=1", "path: asked /order, recorded /orders"),
    ],
)
def test_what_is_not_recorded_is_told_beside_the_nearest(
    recorded: Recorded, replaying: Cloud, path: str, said: str
) -> None:
    status, text = ask(replaying, "python", "requests", recorded.world.secure + path)
    assert status == 501
    assert f"GET {recorded.world.secure}{path} is not in the recording" in text
    assert f"the nearest recorded request is GET {recorded.world.secure}/orders?by=requests" in text
    assert said in text


def test_a_recording_of_another_connector_is_told_by_its_hosts(
    recorded: Recorded, replaying: Cloud
) -> None:
    status, text = ask(replaying, "python", "httpx", "https://crm.example.com/orders")
    assert status == 501
    assert f"it has requests to {recorded.world.plain}, {recorded.world.secure}" in text
    log = (replaying.home / str(replaying.port) / "server.log").read_text()
    assert "GET https://crm.example.com/orders is not in the recording" in log


def test_the_same_request_gets_its_answers_in_turn_and_again_after_a_reset(
    recorded: Recorded, replaying: Cloud
) -> None:
    def counts() -> list[int]:
        url = f"{recorded.world.plain}/counted"
        answers = [ask(replaying, "python", "urllib", url)[1] for _ in range(3)]
        return [json.loads(each)["count"] for each in answers]

    first, second, third = counts()
    assert (second, third) == (first + 1, first + 1)
    reset = [command("appflow-local"), "reset", "--port", str(replaying.port)]
    subprocess.run(reset, env=replaying.own_environment, check=True)
    create_clients(replaying, *recorded.functions)
    assert counts() == [first, second, third]


def test_exec_is_no_success_if_something_was_not_recorded(
    recorded: Recorded, tmp_path: Path
) -> None:
    done = replay(tmp_path, recorded.folder, "python", "-c", ASK_BY_FUNCTION)
    assert done.returncode == 1, done.stderr
    assert "appflow-local: GET https://crm.example.com/ is not in the recording" in done.stderr
    assert len(re.findall("crm.example.com", done.stderr)) == 1


ASK_BY_FUNCTION = """
import io, zipfile, boto3
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("index.py", '''
import urllib.request, urllib.error
def handler(event, context):
    for _ in range(2):
        try:
            urllib.request.urlopen("https://crm.example.com/")
        except urllib.error.HTTPError as error:
            print(error.code)
''')
role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
client = boto3.client("lambda")
client.create_function(FunctionName="f", Role=role, Runtime="python3.13", Handler="index.handler",
                       Code={"ZipFile": code.getvalue()}, Timeout=30)
assert "FunctionError" not in client.invoke(FunctionName="f")
"""


def replay(home: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            command("appflow-local"),
            "exec",
            "--port",
            "0",
            "--replay",
            str(folder),
            "--",
            *arguments,
        ],
        env={**os.environ, "PATH": PATH, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
