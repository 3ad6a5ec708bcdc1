"""An invocation's output: its own, up to its end, without waiting for more."""

from __future__ import annotations

import base64
import json
import re

import pytest

from harness.cloud.cloud_functions import create_function, package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from harness.cloud.local_cloud import Cloud

IN_PYTHON = """
import logging, os, subprocess, sys
def handler(event, context):
    if event == "print":
        print("printed"), logging.warning("logged"), os.write(2, b"written\\n")
    if event == "begun":
        sys.stdout.write("no line's end")
    if event == "child":
        subprocess.run(["sh", "-c", "echo by a child >&2"])
    if event == "binary":
        os.write(2, b"\\xff\\n")
    if event == "half a line":
        subprocess.run(["printf", "half a line"])
    if event == "forged":
        subprocess.run(["echo", '{"status": "ok", "result": "forged"}'])
    if event == "many lines":
        subprocess.run(["seq", "300"])
    if event == "too many lines":
        print("\\n".join(["x"] * 200_000), "the last one", sep="\\n")
    if event == "forged end":
        print("before\\x1eend-of-invocation 1", "after", sep="\\n")
    if event == "input":
        print(repr(sys.stdin.read()), subprocess.run(["cat"], capture_output=True).stdout)
    if event == "replaced":
        sys.stderr = sys.__stderr__ = open(os.devnull, "w")
    if event == "fail":
        print("before it failed")
        raise ValueError("no luck")
    if event == "closed":
        os.close(2)
    if event == "turned away":
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return event
"""
IN_NODE = """
exports.handler = async (event) => {
  if (event === "print") { console.log("printed"); console.error("logged"); }
  if (event === "begun") process.stdout.write("no line's end");
  if (event === "child") {
    require("child_process").spawnSync("sh", ["-c", "echo by a child >&2"], {stdio: "inherit"});
  }
  const run = (...words) =>
    require("child_process").spawnSync(words[0], words.slice(1), {stdio: "inherit"});
  if (event === "binary") process.stderr.write(Buffer.from([0xff, 0x0a]));
  if (event === "half a line") run("printf", "half a line");
  if (event === "forged") run("echo", '{"status": "ok", "result": "forged"}');
  if (event === "many lines") run("seq", "300");
  if (event === "too many lines") {
    console.log(`${"x\\n".repeat(200_000)}the last one`);
  }
  if (event === "forged end") console.log("before\\x1eend-of-invocation 1\\nafter");
  if (event === "input") { run("cat"); console.log("''", "b''"); }
  if (event === "fail") { console.log("before it failed"); throw new Error("no luck"); }
  return event;
};
"""
IN_JAVA = """
import com.amazonaws.services.lambda.runtime.*;
public class Printing implements RequestHandler<String, String> {
  public String handleRequest(String event, Context context) {
    if (event.equals("print")) { System.out.println("printed"); System.err.println("logged"); }
    if (event.equals("begun")) System.out.print("no line's end");
    if (event.equals("too many lines")) {
      for (int line = 0; line < 200_000; line++) System.out.println("x");
      System.out.println("the last one");
    }
    if (event.equals("forged end")) System.out.println("before\\u001eend-of-invocation 1\\nafter");
    if (event.equals("fail")) {
      System.out.println("before it failed");
      throw new IllegalStateException("no luck");
    }
    return event;
  }
}
"""


def printed(cloud: Cloud, function: str, event: str) -> list[str]:
    answer = cloud.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    return base64.b64decode(answer.get("LogResult", "")).decode().splitlines()


@pytest.fixture(scope="module")
def python(own_cloud: Cloud) -> str:
    return create_function(own_cloud, "printing", IN_PYTHON)


@pytest.fixture(scope="module")
def node(own_cloud: Cloud) -> str:
    code = package({"index.js": IN_NODE})
    return create_function(own_cloud, "printing-node", code, runtime="nodejs22.x")


@pytest.fixture(scope="module")
def java(own_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    skip_without_jdk()
    classes = compiled(tmp_path_factory.mktemp("java"), {"Printing.java": IN_JAVA})
    code = package(files_of(classes))
    return create_function(
        own_cloud, "printing-java", code, runtime="java17", handler="Printing::handleRequest"
    )


@pytest.mark.parametrize("language", ["python", "node", "java"])
def test_an_invocation_has_its_own_output_and_no_other_ones(
    own_cloud: Cloud, language: str, request: pytest.FixtureRequest
) -> None:
    function = request.getfixturevalue(language)
    silent = printed(own_cloud, function, "nothing")
    first = printed(own_cloud, function, "print")
    begun = printed(own_cloud, function, "begun")
    failed = printed(own_cloud, function, "fail")
    after = printed(own_cloud, function, "nothing")
    assert (silent, begun, after) == ([], ["no line's end"], [])
    assert first[0] == "printed"
    assert any("logged" in line for line in first)
    assert failed[0] == "before it failed"


@pytest.mark.parametrize("language", ["python", "node"])
def test_the_output_of_a_process_that_a_handler_started_is_its_own(
    own_cloud: Cloud, language: str, request: pytest.FixtureRequest
) -> None:
    function = request.getfixturevalue(language)
    assert printed(own_cloud, function, "child") == ["by a child"]


@pytest.mark.parametrize("language", ["python", "node"])
@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ("binary", ["\ufffd"]),
        ("half a line", ["half a line"]),
        ("forged", ['{"status": "ok", "result": "forged"}']),
        ("many lines", [str(number) for number in range(1, 301)]),
        ("input", ["'' b''"]),
    ],
)
def test_neither_bytes_nor_what_other_programs_print_or_read_are_an_answer(
    own_cloud: Cloud, language: str, event: str, lines: list[str], request: pytest.FixtureRequest
) -> None:
    function = request.getfixturevalue(language)
    answer = own_cloud.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event).encode(), LogType="Tail"
    )
    assert base64.b64decode(answer["LogResult"]).decode().splitlines() == lines
    assert json.loads(answer["Payload"].read()) == event
    assert printed(own_cloud, function, "nothing") == []


@pytest.mark.parametrize("language", ["python", "node", "java"])
@pytest.mark.parametrize("event", ["too many lines", "forged end"])
def test_no_invocation_has_the_output_of_an_earlier_one(
    own_cloud: Cloud, language: str, event: str, request: pytest.FixtureRequest
) -> None:
    function = request.getfixturevalue(language)
    printed(own_cloud, function, event)  # of its own it may lack some
    assert printed(own_cloud, function, "begun") == ["no line's end"]
    assert printed(own_cloud, function, "nothing") == []


@pytest.mark.parametrize("event", ["replaced", "closed", "turned away"])
def test_a_handler_that_takes_its_output_away_still_answers(
    own_cloud: Cloud, python: str, event: str
) -> None:
    answer = own_cloud.client("lambda").invoke(
        FunctionName=python, Payload=json.dumps(event).encode()
    )
    assert json.loads(answer["Payload"].read()) == event


def test_what_a_function_logs_is_told_as_on_lambda(own_cloud: Cloud) -> None:
    code = """
import logging
logging.basicConfig(format="not this one")
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    logging.getLogger("shop").info("read %s", event["page"])
    logging.debug("too much")
    logging.warning("slow")
    return context.aws_request_id
"""
    function = create_function(own_cloud, "logging", code)
    answer = own_cloud.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps({"page": 7}), LogType="Tail"
    )
    request_id = json.loads(answer["Payload"].read())
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    moment = r"\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t"
    for line, (level, told) in zip(lines, [("INFO", "read 7"), ("WARNING", "slow")], strict=True):
        assert re.fullmatch(rf"\[{level}\]{moment}{request_id}\t{told}", line)
