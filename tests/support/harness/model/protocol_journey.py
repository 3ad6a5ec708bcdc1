"""The requests and answers that the page on the protocol shows: a connector's calls, as kept.

The connector is the page's own; AppFlow is the emulator's model. `make golden` writes them again.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, Client, Cloud, FakeHost, register, serving
from harness.model.fake_storage import BUCKET
from harness.model.runs import csv_text, mapped, run, to_s3

FOLDER = Path(__file__).parents[4] / "docs" / "snippets" / "protocol"
_EXECUTION = "613cc2bc-384f-4bc3-b378-5cbd5f096004"  # in place of what is new in every run
_SOUND = ("DescribeConnectorConfiguration", "ListEntities", "DescribeEntity", "QueryData")
_REFUSED = ("ValidateCredentials", "ValidateConnectorRuntimeSettings", "WriteData")
_SHORT = ("ListEntities", "DescribeEntity", "WriteData")  # their context stands in the page already
_SHOP = "https://shop.example.com"
_FROM_SHOP = {
    "connectorType": "CustomConnector",
    "apiVersion": "v1",
    "connectorProfileName": "prod",
    "sourceConnectorProperties": {"CustomConnector": {"entityName": "orders"}},
}
_TO_SHOP = {
    "connectorType": "CustomConnector",
    "apiVersion": "v1",
    "connectorProfileName": "prod",
    "destinationConnectorProperties": {
        "CustomConnector": {"entityName": "orders", "writeOperationType": "INSERT"}
    },
}
_FROM_S3 = {
    "connectorType": "S3",
    "sourceConnectorProperties": {"S3": {"bucketName": BUCKET, "bucketPrefix": "in"}},
}


def main() -> None:
    """Write the requests and answers that the page shows."""
    for name, text in shown().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def shown() -> dict[str, str]:
    """Return the page's JSON, by the names of its files."""
    calls = list(_calls())
    refused = [call for call in calls if b'"isSuccess": false' in (call.answer or b"")]
    sound = [call for call in calls if call not in refused]
    chosen = [_first(sound, name) for name in _SOUND] + [_first(refused, name) for name in _REFUSED]
    files = {}
    for call in chosen:
        name = call.operation
        files[f"{name}.request.json"] = _text(call.request, is_short=name in _SHORT)
        files[f"{name}.answer.json"] = _text(call.answer or b"")
    return files


def _first(calls: list[Call], operation: str) -> Call:
    return next(call for call in calls if call.operation == operation)


def _text(content: bytes, *, is_short: bool = False) -> str:
    found = _renamed(json.loads(content))
    if is_short:
        found["connectorContext"] = "as in QueryDataRequest"
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _renamed(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        known = {"executionId": _EXECUTION} if value.get("executionId") else {}
        return {name: known.get(name, _renamed(each)) for name, each in value.items()}
    return [_renamed(each) for each in value] if isinstance(value, list) else value


def _calls() -> Iterator[Call]:
    with serving() as server:
        cloud = Cloud()
        server.appflow = cloud.appflow
        client = server.client()
        try:
            _serve_shop(cloud.host)
            register(client, "Shop")
            _connect(client)
            client.list_connector_entities(
                connectorType="CustomConnector", connectorProfileName="prod", apiVersion="v1"
            )
            _read(client)
            _write(client, cloud.host)
            yield from cloud.appflow.journal.calls()
        finally:
            cloud.appflow.close()


def _serve_shop(host: FakeHost) -> None:
    found = importlib.util.spec_from_file_location("shop", FOLDER / "shop.py")
    assert found is not None
    assert found.loader is not None
    shop: Any = importlib.util.module_from_spec(found)
    found.loader.exec_module(shop)
    shop.read_secret = lambda arn: json.loads(host.secrets[arn])
    host.functions[FUNCTION_ARN] = lambda request: Invocation(
        json.dumps(shop.handler(dict(request), None)).encode()
    )


def _connect(client: Client) -> None:
    for name, key, url in (
        ("guessed", "key-of-yesterday", _SHOP),
        ("misspelt", "open-sesame", "shop.example.com"),
        ("prod", "open-sesame", _SHOP),
    ):
        with suppress(ClientError):
            client.create_connector_profile(**_profile(name, key, url))


def _profile(name: str, key: str, url: str) -> dict[str, Any]:
    credentials = {"authenticationType": "APIKEY", "apiKey": {"apiKey": key}}
    properties = {"profileProperties": {"baseUrl": url}}
    return {
        "connectorProfileName": name,
        "connectorType": "CustomConnector",
        "connectorLabel": "Shop",
        "connectionMode": "Public",
        "connectorProfileConfig": {
            "connectorProfileProperties": {"CustomConnector": properties},
            "connectorProfileCredentials": {"CustomConnector": credentials},
        },
    }


def _read(client: Client) -> None:
    client.create_flow(
        flowName="orders",
        triggerConfig={"triggerType": "OnDemand"},
        sourceFlowConfig=_FROM_SHOP,
        destinationFlowConfigList=to_s3(),
        tasks=mapped("id", "total"),
    )
    assert run(client, "orders")["executionStatus"] == "Successful"


def _write(client: Client, host: FakeHost) -> None:
    host.objects[BUCKET, "in/new.csv"] = csv_text(
        [{"id": 4, "total": 99.0}, {"id": 5, "total": 18.25}]
    )
    client.create_flow(
        flowName="new-orders",
        triggerConfig={"triggerType": "OnDemand"},
        sourceFlowConfig=_FROM_S3,
        destinationFlowConfigList=[_TO_SHOP],
        tasks=mapped("id", "total", connector="S3"),
    )
    run(client, "new-orders")


if __name__ == "__main__":
    main()
