"""The example `rotating_secret`, deployed: the key changes, and the flow runs on."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer
from tests.examples.datasette_connector.loopback import KEY, Answer, datasette_server, http_server

SECRET = "rotating-token"
_LONGEST_WAIT_SECONDS = 60


class Shop:
    """A Datasette server behind one that knows the key of the day."""

    def __init__(self, datasette: str) -> None:
        self.datasette = datasette
        self.url = ""
        self.key = "the-first-key"
        self.refused: list[str] = []

    def respond(self, request: BaseHTTPRequestHandler) -> Answer:
        given = request.headers["Authorization"].removeprefix("Bearer ")
        if given != self.key:
            self.refused.append(given)
            return 401, {}, b'{"ok": false, "error": "Wrong key"}'
        inner = urllib.request.Request(  # noqa: S310 - of this test's own server
            self.datasette + request.path, headers={"Authorization": f"Bearer {KEY}"}
        )
        try:
            with urllib.request.urlopen(inner) as answer:  # noqa: S310 - the same
                kind = {"Content-Type": answer.headers["Content-Type"]}
                return answer.status, kind, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, {}, error.read()


@dataclass(frozen=True)
class Deployed:
    """The example, and the server behind it."""

    cloud: Cloud
    shop: Shop
    stack: AppStack

    @property
    def outputs(self) -> dict[str, str]:
        return self.stack.outputs

    def deploy(self, revision: str) -> None:
        variables = {"SERVER_URL": self.shop.url, "SECRET_NAME": SECRET}
        replace(self.stack, context={"revision": revision}).deploy(**variables)

    def rotate(self, key: str, *, server_too: bool = True) -> None:
        """Give the server another key, and put it into the secret."""
        if server_too:
            self.shop.key = key
        self.cloud.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=key)

    @property
    def stored_key(self) -> str:
        """What the connector finds in the profile's own secret."""
        name = self.outputs["ProfileName"]
        described = self.cloud.client("appflow").describe_connector_profiles(
            connectorProfileNames=[name]
        )["connectorProfileDetails"][0]
        secrets = self.cloud.client("secretsmanager")
        text = secrets.get_secret_value(SecretId=described["credentialsArn"])["SecretString"]
        return str(json.loads(text)["apiKey"])

    def run(self) -> dict[str, Any]:
        """Start the flow, and return the record of the run that has ended."""
        appflow, flow = self.cloud.client("appflow"), self.outputs["FlowName"]
        execution = appflow.start_flow(flowName=flow)["executionId"]
        ended: list[dict[str, Any]] = []

        def has_ended() -> bool:
            records = appflow.describe_flow_execution_records(flowName=flow)["flowExecutions"]
            ended[:] = [each for each in records if each["executionId"] == execution]
            return bool(ended) and ended[0]["executionStatus"] != "InProgress"

        assert eventually(has_ended), ended
        return ended[0]


def eventually(is_true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while not (found := is_true()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def deployed(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("shop")
    with closing(sqlite3.connect(folder / "shop.db")) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO orders VALUES (1)")
    output, app = tmp_path_factory.mktemp("assembly"), "examples.rotating_secret.app"
    stack = AppStack(cloud, synthesizer, output, "RotatingSecret", app)
    with datasette_server(folder) as datasette:
        shop = Shop(datasette)
        with http_server(shop.respond) as shop.url:
            cloud.client("secretsmanager").create_secret(Name=SECRET, SecretString=shop.key)
            made = Deployed(cloud, shop, stack)
            made.deploy("1")
            yield made
            assert stack.destroy() == "DELETE_COMPLETE"


def test_a_flow_runs_on_after_its_secret_has_rotated(deployed: Deployed) -> None:
    assert deployed.run()["executionStatus"] == "Successful"
    deployed.rotate("the-second-key")
    assert eventually(lambda: deployed.stored_key == "the-second-key")
    assert deployed.run()["executionStatus"] == "Successful"


def test_a_profile_keeps_the_key_that_works_when_the_new_one_does_not(deployed: Deployed) -> None:
    before = deployed.stored_key
    deployed.rotate("a-typo", server_too=False)
    assert eventually(lambda: "a-typo" in deployed.shop.refused)
    assert eventually(lambda: deployed.stored_key == before)
    # The event is delivered again after a failure: meanwhile the connector validates the new key.
    assert eventually(lambda: deployed.run()["executionStatus"] == "Successful")


def test_another_revision_reads_the_secret_during_the_deployment(deployed: Deployed) -> None:
    # As if the event had been lost: nothing tells of a label that moves back and forth.
    deployed.shop.key = "the-third-key"
    deployed.rotate("the-third-key")
    assert eventually(lambda: deployed.stored_key == "the-third-key")
    appflow, name = deployed.cloud.client("appflow"), deployed.outputs["ProfileName"]
    (profile,) = appflow.describe_connector_profiles(connectorProfileNames=[name])[
        "connectorProfileDetails"
    ]
    before = profile["lastUpdatedAt"]
    deployed.deploy("2")
    (profile,) = appflow.describe_connector_profiles(connectorProfileNames=[name])[
        "connectorProfileDetails"
    ]
    assert profile["lastUpdatedAt"] > before
