"""AppFlow's side of the protocol, and the fixtures: a Datasette server and a Secrets Manager."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from datasette_connector import credentials
from datasette_connector.handler import lambda_handler
from tests.examples.datasette_connector.loopback import (
    KEY,
    VISITOR_KEY,
    Answer,
    datasette_server,
    http_server,
)
from tests.examples.datasette_connector.shop_data import make_archive, make_shop
from tests.examples.datasette_connector.writable import WritableServer, writable_server

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:appflow!123456789012-ds-shop-{}"
_SECRETS = {
    SECRET_ARN.format(name): value
    for name, value in {
        "right": json.dumps({"apiKey": KEY, "apiSecretKey": None}),
        "wrong": json.dumps({"apiKey": "no-such-key"}),
        "visitor": json.dumps({"apiKey": VISITOR_KEY}),
        "anonymous": json.dumps({"apiKey": "anonymous"}),
        "no-key": json.dumps({"username": "x", "password": "hunter2"}),
        "not-json": "hunter2",
        "token": json.dumps({"accessToken": KEY, "refreshToken": "hunter2"}),
        "wrong-token": json.dumps({"accessToken": "no-such-key"}),
        "anonymous-token": json.dumps({"accessToken": "anonymous"}),
        "newline": json.dumps({"apiKey": "hunter2\r\nX-Injected: 1"}),
    }.items()
}


def _secrets_manager(request: BaseHTTPRequestHandler) -> Answer:
    assert request.headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
    asked = json.loads(request.rfile.read(int(request.headers["Content-Length"])))["SecretId"]
    if "denied" in asked:
        return 400, {}, json.dumps({"__type": "AccessDeniedException"}).encode()
    if asked not in _SECRETS:
        return 400, {}, json.dumps({"__type": "ResourceNotFoundException"}).encode()
    return 200, {}, json.dumps({"ARN": asked, "SecretString": _SECRETS[asked]}).encode()


@dataclass(frozen=True)
class AppFlow:
    """Sends the connector what AppFlow sends; answers are checked to survive JSON."""

    base_url: str
    secret: str = "right"
    authentication_type: str = "ApiKey"

    def invoke(self, kind: str, **members: object) -> dict[str, Any]:
        event = json.loads(json.dumps({"type": kind, **members}))
        answer: dict[str, Any] = json.loads(
            json.dumps(lambda_handler(event, None), allow_nan=False)
        )
        return answer

    @property
    def credentials(self) -> dict[str, str]:
        return {
            "secretArn": SECRET_ARN.format(self.secret),
            "authenticationType": self.authentication_type,
        }

    @property
    def context(self) -> dict[str, object]:
        return {
            "connectorRuntimeSettings": {"baseUrl": self.base_url},
            "credentials": self.credentials,
            "entityDefinition": None,
            "apiVersion": "v0",
        }

    def validate(self) -> dict[str, Any]:
        settings = {"baseUrl": self.base_url}
        return self.invoke(
            "ValidateCredentialsRequest",
            credentials=self.credentials,
            connectorRuntimeSettings=settings,
        )

    def list_entities(self, **members: object) -> dict[str, Any]:
        return self.invoke("ListEntitiesRequest", connectorContext=self.context, **members)

    def describe(self, entity: str) -> dict[str, Any]:
        return self.invoke(
            "DescribeEntityRequest", connectorContext=self.context, entityIdentifier=entity
        )

    def fields(self, entity: str) -> dict[str, dict[str, Any]]:
        fields = self.describe(entity)["entityDefinition"]["fields"]
        return {field["fieldName"]: field for field in fields}

    def query(self, entity: str, where: str | None = None, **members: object) -> dict[str, Any]:
        return self.invoke(
            "QueryDataRequest",
            connectorContext=self.context,
            entityIdentifier=entity,
            filterExpression=where,
            **members,
        )

    def retrieve(self, entity: str, ids: list[str], **members: object) -> dict[str, Any]:
        return self.invoke(
            "RetrieveDataRequest",
            connectorContext=self.context,
            entityIdentifier=entity,
            ids=ids,
            **members,
        )

    def write(
        self, entity: str, records: list[Any], operation: str = "INSERT", **members: object
    ) -> dict[str, Any]:
        return self.invoke(
            "WriteDataRequest",
            connectorContext=self.context,
            entityIdentifier=entity,
            operation=operation,
            records=[each if isinstance(each, str) else json.dumps(each) for each in records],
            **members,
        )

    def pages(
        self, entity: str, where: str | None = None, **members: object
    ) -> list[list[dict[str, Any]]]:
        """Every page of a query, as a flow reads them."""
        pages, token = [], None
        while True:
            answer = self.query(entity, where, nextToken=token, **members)
            assert answer["isSuccess"], answer
            pages.append([json.loads(record) for record in answer["records"]])
            token = answer["nextToken"]
            if token is None:
                return pages

    def rows(self, entity: str, where: str | None = None, **members: object) -> list[Any]:
        return [row for page in self.pages(entity, where, **members) for row in page]

    def ids(self, where: str, entity: str = "shop/products") -> list[int]:
        return [row["id"] for row in self.rows(entity, where, selectedFieldNames=["id"])]


def error(answer: dict[str, Any]) -> tuple[str, str]:
    """The code and the message of an answer that has to be a failure."""
    assert answer["isSuccess"] is False, answer
    details = answer["errorDetails"]
    assert details["errorMessage"], details
    return details["errorCode"], details["errorMessage"]


def refused(answer: dict[str, Any]) -> dict[int, str]:
    """The messages of the records that a partial write left out, by their position."""
    code, message = error(answer)
    assert code == "PartialWriteFailure"
    results = answer["writeRecordResults"]
    found = {n: r["errorMessage"] for n, r in enumerate(results) if not r["isSuccess"]}
    assert f"{len(found)} of {len(results)} records" in message
    assert all(found.values())
    return found


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("datasette")
    make_shop(folder / "shop.db")
    make_archive(folder / "archive.db")
    return folder


@pytest.fixture(scope="session")
def datasette_url(shop_folder: Path) -> Iterator[str]:
    with datasette_server(shop_folder, "--setting", "sql_time_limit_ms", "800") as url:
        yield url


@pytest.fixture(scope="session")
def secrets_manager_url() -> Iterator[str]:
    with http_server(_secrets_manager) as url:
        yield url


@pytest.fixture(autouse=True, scope="module")
def lambda_environment(secrets_manager_url: str) -> Iterator[None]:
    """The variables that Lambda sets, with Secrets Manager on loopback."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_manager_url)
        credentials._client.cache_clear()
        yield
    credentials._client.cache_clear()


@pytest.fixture(scope="session")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    with writable_server(tmp_path_factory.mktemp("writable")) as server:
        yield server


@pytest.fixture
def stock(writable: WritableServer) -> WritableServer:
    """A server that may be written to; its tables are empty."""
    writable.clear()
    return writable


@pytest.fixture
def writer(stock: WritableServer) -> AppFlow:
    return AppFlow(stock.url)


@pytest.fixture
def appflow(datasette_url: str) -> AppFlow:
    return AppFlow(datasette_url)


@pytest.fixture(autouse=True)
def no_key_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check after each test that the log holds no key."""
    yield
    # caplog.text would be that of the teardown.
    text = "\n".join(map(logging.Formatter().format, caplog.get_records("call")))
    assert not any(secret in text for secret in (KEY, VISITOR_KEY, "no-such-key", "hunter2"))
