"""What is told of a handler that fails: Lambda's words, and no frame that isn't its author's."""

from __future__ import annotations

import base64
import json
import re

import pytest

from harness.cloud.cloud_functions import create_function, package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from harness.cloud.local_cloud import Cloud

IN_PYTHON = """
import json, os, signal, sys
class NoShop(Exception):
    pass
def handler(event, context):
    if event == "fail":
        raise NoShop("it is closed")
    if event == "caused":
        try:
            json.loads("{")
        except ValueError as error:
            raise NoShop("unreadable") from error
    if event == "unwritable":
        return {"answer": object()}
    if event == "text":
        sys.exit("it is closed")
    if event == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "at once":
        os._exit(4)
    sys.exit(event)
"""
IN_NODE = """
class NoShop extends Error { constructor(text) { super(text); this.name = "NoShop"; } }
exports.handler = async (event) => {
  if (event === "fail") throw new NoShop("it is closed");
  process.exit(event);
};
"""
IN_JAVA = """
public class Failing {
  public Object handleRequest(Object event) {
    if (event.equals("fail")) {
      throw new IllegalStateException("it is closed", new RuntimeException("at night"));
    }
    System.exit(((Number) event).intValue());
    return null;
  }
}
"""
FRAME = re.compile(r"_worker\.|appflowlocal|java\.lang\.reflect|jdk\.internal")


def failed(cloud: Cloud, function: str, event: object) -> tuple[dict[str, str], str]:
    """Return what the caller is told of the error, and what the log has of it."""
    answer = cloud.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    assert answer["FunctionError"] == "Unhandled"
    return json.loads(answer["Payload"].read()), base64.b64decode(answer["LogResult"]).decode()


@pytest.fixture(scope="module")
def python(own_cloud: Cloud) -> str:
    create_function(own_cloud, "telling", IN_PYTHON)
    return "telling"


@pytest.fixture(scope="module")
def node(own_cloud: Cloud) -> str:
    code = package({"index.js": IN_NODE})
    create_function(own_cloud, "telling-node", code, runtime="nodejs22.x")
    return "telling-node"


@pytest.fixture(scope="module")
def java(own_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    skip_without_jdk()
    classes = compiled(tmp_path_factory.mktemp("java"), {"Failing.java": IN_JAVA})
    code, handler = package(files_of(classes)), "Failing::handleRequest"
    create_function(own_cloud, "telling-java", code, runtime="java17", handler=handler)
    return "telling-java"


@pytest.mark.parametrize(
    ("language", "event", "error_type", "frame"),
    [
        ("python", "fail", "NoShop", 'index.py", line 7, in handler'),
        ("python", "caused", "NoShop", 'index.py", line 10, in handler'),
        ("python", "unwritable", "TypeError", 'json/encoder.py", line'),
        ("node", "fail", "NoShop", "index.js:4:"),
        ("java", "fail", "java.lang.IllegalStateException", "Failing.java:5"),
    ],
)
def test_a_trace_has_the_authors_frames_and_those_below_them(
    own_cloud: Cloud,
    language: str,
    event: str,
    error_type: str,
    frame: str,
    request: pytest.FixtureRequest,
) -> None:
    answer, log = failed(own_cloud, request.getfixturevalue(language), event)
    assert answer["errorType"] == error_type
    assert frame in log
    assert not FRAME.search(log), log


@pytest.mark.parametrize(
    ("language", "event", "said"),
    [
        ("python", 3, "exited with error: exit status 3"),
        ("python", 0, "exited without providing a reason"),
        ("python", "text", "exited with error: exit status 1"),
        ("python", "at once", "exited with error: exit status 4"),
        ("python", "killed", "exited with error: signal: killed"),
        ("node", 3, "exited with error: exit status 3"),
        ("node", 0, "exited without providing a reason"),
        ("java", 3, "exited with error: exit status 3"),
    ],
)
def test_a_process_that_ends_is_told_as_lambda_does(
    own_cloud: Cloud, language: str, event: object, said: str, request: pytest.FixtureRequest
) -> None:
    answer, log = failed(own_cloud, request.getfixturevalue(language), event)
    assert answer["errorType"] == "Runtime.ExitError"
    assert re.fullmatch(
        rf"RequestId: [0-9a-f-]{{36}} Error: Runtime {said}", answer["errorMessage"]
    )
    if event == "text":
        assert "it is closed" in log


def test_a_module_that_fails_is_told_with_the_line_and_its_trace_is_in_the_log(
    own_cloud: Cloud,
) -> None:
    files = {"index.py": "import shop\n", "shop.py": "\n\nno_such_name\n"}
    create_function(own_cloud, "not-loading", package(files), handler="index.handler")
    answer, log = failed(own_cloud, "not-loading", {})
    assert "name 'no_such_name' is not defined (shop.py:3)" in answer["errorMessage"]
    frames = re.findall(r'File "(.*)", line (\d+)', log)
    assert frames == [("/var/task/index.py", "1"), ("/var/task/shop.py", "3")]


def test_a_module_that_exits_is_told_so_at_the_registration(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "exiting", "import sys\nsys.exit('no shop')\n")
    with pytest.raises(own_cloud.client("appflow").exceptions.ClientError) as caught:
        own_cloud.client("appflow").register_connector(
            connectorLabel="Exiting",
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}},
        )
    said = "the function can't start: Runtime exited with error: exit status 1"
    assert said in str(caught.value)
