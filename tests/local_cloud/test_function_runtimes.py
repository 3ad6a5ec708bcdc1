"""What functions run on: other languages are refused by name, Python can be given."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from appflow_local.aws_hosts import AwsHosts
from appflow_local.function_runtimes import FunctionRuntimes
from appflow_local.java_runtime import JavaRuntime
from appflow_local.python_runtime import NoInterpreter, given_pythons
from harness.cloud.appflow_stack import deploy
from harness.cloud.cloud_functions import create_function, invoke, package
from harness.cloud.local_cloud import Cloud, command, running_cloud

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHER = "3.9"
WHICH = """
import sys
def handler(event, context):
    if event == "fail":
        raise RuntimeError("no luck")
    return [sys.executable, "boto3" in sys.modules or __import__("boto3").__name__]
"""


def refusal(cloud: Cloud, name: str, runtime: str) -> str:
    with pytest.raises(ClientError) as caught:
        create_function(cloud, name, package({"index.rb": ""}), runtime=runtime)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.client("lambda").get_function(FunctionName=name)
    return str(error["Message"])


@pytest.mark.parametrize("runtime", ["ruby3.3", "dotnet8", "go1.x"])
def test_another_language_is_refused_by_name_when_its_function_is_created(
    own_cloud: Cloud, runtime: str
) -> None:
    message = refusal(own_cloud, f"other-{runtime.replace('.', '-')}", runtime)
    assert message == (
        f"appflow-local doesn't run functions of the runtime {runtime}, only of Python, Node.js, "
        "Java and provided (OS-only) runtimes. This is the emulator's limit, not Lambda's."
    )


def test_a_container_image_is_refused(own_cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="appflow-local runs no container images"):
        own_cloud.client("lambda").create_function(
            FunctionName="image",
            Role="arn:aws:iam::000000000000:role/any",
            PackageType="Image",
            Code={"ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/any:1"},
        )


def test_a_function_cannot_change_to_another_language(own_cloud: Cloud) -> None:
    create_function(own_cloud, "changing", WHICH)
    with pytest.raises(ClientError, match="of the runtime ruby"):
        own_cloud.client("lambda").update_function_configuration(
            FunctionName="changing", Runtime="ruby3.3"
        )
    assert invoke(own_cloud, "changing")[0] is None


def test_a_stack_with_another_language_fails_by_name(own_cloud: Cloud) -> None:
    trust = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **trust}]}
    properties = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "ruby3.4",
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler"},
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    function = {"Type": "AWS::Lambda::Function", "Properties": properties}
    body = {"Resources": {"Role": role, "Function": function}}
    assert deploy(own_cloud, "Ruby", body) == "ROLLBACK_COMPLETE"
    assert "Function: appflow-local doesn't run functions of the runtime ruby3.4" in (
        own_cloud.reasons("Ruby")
    )


def test_a_function_whose_code_is_missing_is_an_error_and_no_answer(own_cloud: Cloud) -> None:
    create_function(own_cloud, "with-code", WHICH)
    role = own_cloud.client("iam").get_role(RoleName="with-code")["Role"]["Arn"]
    own_cloud.client("lambda").create_function(
        FunctionName="codeless",
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"S3Bucket": "no-such-bucket", "S3Key": "none"},
    )
    error, answer = invoke(own_cloud, "codeless")
    assert error == "Unhandled"
    assert answer == {"errorMessage": "no code deployed", "errorType": "Runtime.NotStarted"}


def runtimes(tmp_path: Path, java_home: str | None = None) -> FunctionRuntimes:
    java = JavaRuntime(tmp_path / "java", tmp_path / "bundle.pem", AwsHosts(1), java_home)
    return FunctionRuntimes({OWN: Path(sys.executable)}, java)


@pytest.mark.parametrize(
    ("runtime", "wanted"),
    [("java17", "apt-get install default-jdk-headless"), ("nodejs22.x", "apt-get install nodejs")],
)
def test_an_interpreter_that_is_missing_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str, wanted: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = runtimes(tmp_path).why_not(runtime, "Zip")
    assert reason is not None
    assert runtime in reason
    assert wanted in reason


def test_a_java_home_without_a_jvm_is_named(tmp_path: Path) -> None:
    reason = runtimes(tmp_path, "/nonexistent/jdk").why_not("java21", "Zip")
    assert reason is not None
    assert "no `java` in JAVA_HOME, /nonexistent/jdk" in reason


def test_a_jvm_without_a_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho Error: Module jdk.compiler not found >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    reason = runtimes(tmp_path).why_not("java17", "Zip")
    assert reason is not None
    assert f"{java} has no compiler, as it's a JRE or older than Java 11. On Debian" in reason
    assert "apt-get install default-jdk-headless" in reason


def test_without_a_jvm_a_cloud_refuses_java_and_serves_the_rest(tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    node = shutil.which("node")
    assert node is not None
    (commands / "node").symlink_to(node)
    with running_cloud(tmp_path / "home", path=str(commands)) as cloud:
        message = refusal(cloud, "java", "java17")
        assert "apt-get install default-jdk-headless" in message
        create_function(cloud, "python", WHICH)
        assert invoke(cloud, "python")[0] is None


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that says that it's another version, with this one's library."""
    path = tmp_path_factory.mktemp("python") / "python"
    real = subprocess.run(
        [command("python"), "-c", "import sys; print(sys._base_executable)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    asked = f'case "$2" in *version_info*) echo {OTHER};; *) exec {real} "$@";; esac'
    path.write_text(f"#!/bin/sh\n{asked}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(scope="module")
def cloud_with_python(
    tmp_path_factory: pytest.TempPathFactory, other_python: Path
) -> Iterator[Cloud]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APPFLOW_LOCAL_PYTHONS", f"{OTHER}={other_python}")
        with running_cloud(tmp_path_factory.mktemp("given")) as cloud:
            yield cloud


def test_a_function_runs_on_the_interpreter_that_is_given_for_it(
    cloud_with_python: Cloud,
) -> None:
    create_function(cloud_with_python, "given", WHICH, runtime=f"python{OTHER}")
    error, answer = invoke(cloud_with_python, "given")
    assert error is None
    assert f"lambda-runtime/given/{OTHER}/bin/python" in answer[0]


def test_another_python_is_told_once_and_where_it_matters(cloud_with_python: Cloud) -> None:
    cloud = cloud_with_python
    broken = package({"index.py": "def handler(event, context\n"})
    create_function(cloud, "one", WHICH, runtime="python3.99")
    create_function(cloud, "two", WHICH, runtime="python3.99")
    create_function(cloud, "broken", broken, runtime="python3.99")
    note = "Functions of the runtime python3.99 run on Python "
    remedy = "start the cloud with APPFLOW_LOCAL_PYTHONS=3.99=PATH"
    for name in ("one", "two"):
        assert invoke(cloud, name)[0] is None
    log = (cloud.home / str(cloud.port) / "server.log").read_text()
    assert log.count(note) == log.count(remedy) == 1
    _, answer = invoke(cloud, "broken")
    assert "never closed" in answer["errorMessage"]
    assert note in answer["errorMessage"]
    error, answer = invoke(cloud, "one", "fail")
    assert (error, answer["errorMessage"]) == ("Unhandled", "no luck")
    done = cloud.command("logs", "--function", "one")
    assert note in done.stdout


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("3.12", "give versions and interpreters as in 3.12=/usr/bin/python3.12"),
        ("3.12:/usr/bin/python", "give versions and interpreters as in"),
        ("3.12=/nonexistent/python", "/nonexistent/python can't be run"),
        ("3.99=python-of-this-test", f"but that is Python {OWN}"),
    ],
)
def test_an_interpreter_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str, reason: str
) -> None:
    monkeypatch.setenv(
        "APPFLOW_LOCAL_PYTHONS", given.replace("python-of-this-test", sys.executable)
    )
    with pytest.raises(NoInterpreter) as caught:
        given_pythons()
    assert reason in str(caught.value)


def test_up_says_which_variable_names_what_it_cannot_use(tmp_path: Path) -> None:
    done = subprocess.run(
        [command("appflow-local"), "up", "--port", "0"],
        env={
            **os.environ,
            "APPFLOW_LOCAL_HOME": str(tmp_path),
            "APPFLOW_LOCAL_PYTHONS": "3.12=/nonexistent",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "appflow-local: /nonexistent can't be run" in done.stderr
    assert "APPFLOW_LOCAL_PYTHONS" in done.stderr
