"""Connectors in Node.js and Java: the check of sound ones, and of some with one defect each.

A defect is a piece of text in the place of another. Of each, the checks that tell it are made, in
one cloud; what they say must help an author in that language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appflow_local.check.bench import Connector
from appflow_local.check.catalog import CATALOG
from appflow_local.check.cloud_bench import CloudBench
from appflow_local.check.connecting import connect, subject_of
from appflow_local.check.model import Outcome
from appflow_local.check.run import make_checks
from appflow_local.check.subject import Plan
from appflow_local.driving.bundle import Bundle
from appflow_local.driving.credentials_file import GivenCredentials
from harness.cloud.cloud_functions import package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from tests.local_cloud.check.languages.defects import (
    ANSWER,
    JAVA,
    JAVA_DEFECTS,
    NODE_DEFECTS,
    Defect,
)

FOLDER = Path(__file__).with_name("languages")
IN_NODE = (FOLDER / "node" / "index.js").read_text(encoding="utf-8")
IN_JAVA = (FOLDER / "java" / "Shop.java").read_text(encoding="utf-8")
CHOOSING_IN_NODE = """
const { readFileSync } = require("fs");
const chosen = () => require(`./${readFileSync(CHOICE, "utf8")}/index.js`);
exports.handler = async (request) => chosen().handler(request);
"""
CHOOSING = (FOLDER / "java" / "Shops.java").read_text(encoding="utf-8")
SECRETS = Path(__file__).parents[1] / "java" / "com" / "example" / "SecretsClient.java"
GIVEN = GivenCredentials("apiKey", {"apiKey": "open-sesame"})
SOUND = Defect("sound", "", "", handler=JAVA)
LOADED = "configuration.answered"
LOOKED_BACK_AT = ("credentials.wrong-refused", "query.answered")
# Sound connectors, in the ways that are usual.
IN_MODULE = IN_NODE.replace("exports.handler =", "export const handler =").replace(
    "const { SecretsManagerClient, GetSecretValueCommand } = require(",
    "const { SecretsManagerClient, GetSecretValueCommand } = await import(",
)
WITH_CALLBACK = IN_NODE.replace(
    "exports.handler = async (request) => {",
    "exports.handler = (request, context, callback) => {\n"
    "  answered(request).then((found) => callback(null, found), callback);\n"
    "};\n"
    "const answered = async (request) => {",
)
COMPILED = IN_NODE.replace(
    "exports.handler = async", "exports.handler = void 0;\nexports.handler = async"
)


@dataclass(frozen=True)
class Many:
    """Many connectors in one function: to start a process for each takes as long as to check it.

    Attributes:
        function: the function.
        choice: a file, which names the place of the connector that answers.
    """

    function: Connector
    choice: Path

    def choose(self, place: str) -> Connector:
        """Let a connector answer, and return it; its label, and so its secrets, are its own."""
        self.choice.write_text(place)
        return Connector(f"{self.function.label}-{place}", self.function.function_arn)


def in_node(source: str, name: str = "index.js", handler: str = "index.handler") -> Bundle:
    return Bundle(package({name: source}), "nodejs22.x", handler)


def checked(cloud_bench: CloudBench, connector: Connector, *, write: bool) -> list[Outcome]:
    plan = Plan((), "orders" if write else None, {})
    return make_checks(cloud_bench, connector, plan, GIVEN)[1]


def alarms(outcomes: list[Outcome]) -> list[str]:
    """The checks that failed, and what they say; warnings may be of a slow machine."""
    return [f"{each.check.id}: {each.detail}" for each in outcomes if each.status == "failed"]


def outcome(cloud_bench: CloudBench, connector: Connector, name: str) -> Outcome:
    """Make one check, after those that it takes its answers from."""
    plan = Plan((), "orders" if name.startswith("write.") else None, {})
    with ExitStack() as undo:
        subject = subject_of(cloud_bench, connector, plan)
        connect(cloud_bench, subject, connector, GIVEN, undo)
        named = {each.id: each for each in CATALOG}
        for before in LOOKED_BACK_AT:
            named[before].outcome(subject)
        return named[name].outcome(subject)


def tell(cloud_bench: CloudBench, connector: Connector, defect: Defect) -> None:
    found = outcome(cloud_bench, connector, defect.check)
    assert found.status in ("failed", "warned"), found
    assert re.search(defect.said, found.detail), found.detail


def replaced(source: str, defect: Defect) -> str:
    assert defect.old in source
    return source.replace(defect.old, defect.new, 1)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (IN_NODE, "index.js"),
        (IN_MODULE, "index.mjs"),
        (WITH_CALLBACK, "index.cjs"),
        (COMPILED, "dist/index.js"),
    ],
    ids=["common", "module", "callback", "compiled"],
)
def test_a_sound_connector_in_node_raises_no_alarm(
    cloud_bench: CloudBench, source: str, name: str
) -> None:
    bundle = in_node(source, name, f"{name.rpartition('.')[0]}.handler")
    outcomes = checked(cloud_bench, cloud_bench.deploy(bundle), write=source is IN_NODE)
    assert alarms(outcomes) == []
    assert "query.filter-or" in {each.check.id for each in outcomes if each.status == "passed"}


@pytest.fixture(scope="module")
def node(cloud_bench: CloudBench, tmp_path_factory: pytest.TempPathFactory) -> Many:
    """The connectors in Node.js, in one process: each is in a folder of its own."""
    choice = tmp_path_factory.mktemp("node") / "choice"
    sources = {"index.js": CHOOSING_IN_NODE.replace("CHOICE", json.dumps(str(choice)))}
    for number, each in enumerate(NODE_DEFECTS):
        sources[f"v{number}/index.js"] = replaced(IN_NODE, each)
    function = cloud_bench.deploy(Bundle(package(sources), "nodejs22.x", "index.handler"))
    return Many(function, choice)


@pytest.mark.parametrize("defect", NODE_DEFECTS, ids=lambda defect: defect.name.replace(" ", "-"))
def test_a_defect_in_node_is_told(cloud_bench: CloudBench, node: Many, defect: Defect) -> None:
    is_alone = defect.check == LOADED or defect.old == ANSWER or "promise" in defect.name
    if is_alone:  # of the file, of how it is called, or of the process
        tell(cloud_bench, cloud_bench.deploy(in_node(replaced(IN_NODE, defect))), defect)
        return
    place = f"v{NODE_DEFECTS.index(defect)}"
    there = replace(defect, said=defect.said.replace("index.js", f"{place}/index.js"))
    tell(cloud_bench, node.choose(place), there)


def test_an_error_does_not_end_the_process_in_node(cloud_bench: CloudBench) -> None:
    source = """
      let calls = 0;
      exports.handler = async () => { throw new Error(`call ${++calls}`); };
    """
    connector = cloud_bench.deploy(in_node(source))
    question = {
        "label": connector.label,
        "operation": "DescribeConnectorConfiguration",
        "function_arn": connector.function_arn,
    }
    messages = [cloud_bench.invoke(question)["call"]["answer"]["errorMessage"] for _ in range(2)]
    assert messages == ["call 1", "call 2"]


@dataclass(frozen=True)
class Java:
    """The connectors in Java: each by itself, and all of them in one function.

    Attributes:
        places: the package of each defect's.
        code: what was compiled of all of them.
        many: all of them.
    """

    places: Mapping[str, str]
    code: bytes
    many: Many

    def choose(self, defect: Defect) -> Connector:
        """Return a connector with a defect, in the JVM that all share."""
        return self.many.choose(self.places[defect.name])

    def alone(self, defect: Defect) -> Bundle:
        """Return a package whose handler is that of a defect, in a JVM of its own."""
        handler = defect.handler.replace("com.example", f"com.example.{self.places[defect.name]}")
        return Bundle(self.code, "java17", handler)


@pytest.fixture(scope="module")
def java(cloud_bench: CloudBench, tmp_path_factory: pytest.TempPathFactory) -> Java:
    """The connectors in Java, compiled at once: each is in a package of its own."""
    skip_without_jdk()
    folder = tmp_path_factory.mktemp("java")
    choice, secrets = folder / "choice", SECRETS.read_text(encoding="utf-8")
    sources = {
        "Shops.java": CHOOSING.replace('"CHOICE"', json.dumps(str(choice))),
        "SecretsClient.java": secrets,
        "Absent.java": secrets.replace("SecretsClient", "Absent"),
    }
    places = {each.name: f"v{number}" for number, each in enumerate([SOUND, *JAVA_DEFECTS])}
    for each in [SOUND, *JAVA_DEFECTS]:
        place = f"package com.example.{places[each.name]}; import com.example.*;"
        text = replaced(IN_JAVA, each).replace("package com.example;", place)
        sources[f"{places[each.name]}/Shop.java"] = text
    files = files_of(compiled(folder, sources))
    code = package({name: code for name, code in files.items() if "Absent" not in name})
    function = cloud_bench.deploy(Bundle(code, "java17", "com.example.Shops::handleRequest"))
    return Java(places, code, Many(function, choice))


def test_a_sound_connector_in_java_raises_no_alarm(cloud_bench: CloudBench, java: Java) -> None:
    outcomes = checked(cloud_bench, java.choose(SOUND), write=False)
    assert alarms(outcomes) == []
    assert "query.filter-or" in {each.check.id for each in outcomes if each.status == "passed"}


@pytest.mark.parametrize("defect", JAVA_DEFECTS, ids=lambda defect: defect.name.replace(" ", "-"))
def test_a_defect_in_java_is_told(cloud_bench: CloudBench, java: Java, defect: Defect) -> None:
    is_alone = defect.handler != JAVA or "loading" in defect.name
    tell(
        cloud_bench,
        cloud_bench.deploy(java.alone(defect)) if is_alone else java.choose(defect),
        defect,
    )


BYTES = """
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
public class Bytes implements RequestStreamHandler {
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    out.write("{\\"connectorName\\": \\"Caf\u00e9\\"}".getBytes("ISO-8859-1"));
  }
}
"""


def test_bytes_that_are_no_utf_8_are_told(cloud_bench: CloudBench, tmp_path: Path) -> None:
    skip_without_jdk()
    code = package(files_of(compiled(tmp_path, {"Bytes.java": BYTES})))
    connector = cloud_bench.deploy(Bundle(code, "java17", "Bytes"))
    found = outcome(cloud_bench, connector, "configuration.answered")
    assert found.status == "failed"
    assert "The answer is not in UTF-8, as JSON is" in found.detail
