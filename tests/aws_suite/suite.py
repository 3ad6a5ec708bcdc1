"""AWS's integration suite for connectors: its configuration, and what became of a run."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cloud.local_cloud import Cloud

FOLDER = Path(__file__).parent
_EXPECTED = FOLDER / "expected"
# What test_5 writes to the bucket.
PRODUCTS = _EXPECTED / "products.csv"
# The longest wait for a flow; the suite looks for its end every fifth of that.
FLOW_SECONDS = 15
_FIELDS = ["id", "name", "price", "discontinued", "released", "updated_at"]


@dataclass(frozen=True)
class Account:
    """What the suite's user has to bring: names and ARNs."""

    function_arn: str
    secret_arn: str
    bucket: str


def configuration(account: Account, url: str, *, is_writable: bool) -> dict[str, Any]:
    """Return the suite's configuration for a Datasette server.

    The file format is that of `get_configuration` in custom_connector_integ_test.
    """
    fields = "writable_fields.json" if is_writable else "read_only_fields.json"
    return {
        "resourcePrefix": "Local_",
        "testBucketConfiguration": {"bucketName": account.bucket, "bucketPrefix": "suite/"},
        "customConnectorConfigurations": [
            {
                "name": "datasette",
                "lambdaArn": account.function_arn,
                "validationFileName": str(_EXPECTED / "connector.json"),
            }
        ],
        "customConnectorProfileConfigurations": [_profile(account, url)],
        "listConnectorEntitiesTestConfigurations": [
            {"validationFileName": str(_EXPECTED / "entities.json")}
        ],
        "describeConnectorEntityTestConfigurations": [
            {"entityName": "shop/products", "validationFileName": str(_EXPECTED / fields)}
        ],
        "onDemandToS3TestConfigurations": [_to_s3()],
        "onDemandFromS3TestConfigurations": [_from_s3()] if is_writable else [],
    }


def _profile(account: Account, url: str) -> dict[str, Any]:
    return {
        "name": "shop",
        "authenticationType": "OAUTH2",
        "profileProperties": {"baseUrl": url},
        "defaultApiVersion": "v0",
        "oAuth2Properties": {
            "tokenUrl": "https://login.example.com/oauth2/token",
            "oAuth2GrantType": "CLIENT_CREDENTIALS",
        },
        "secretsManagerArn": account.secret_arn,
    }


def _to_s3() -> dict[str, Any]:
    return {
        "flowName": "products",
        "entityName": "shop/products",
        "entityFields": _FIELDS,
        "sourceRuntimeProperties": {},
        "outputSize": PRODUCTS.stat().st_size,
        "flowTimeout": FLOW_SECONDS,
    }


def _from_s3() -> dict[str, Any]:
    return {
        "flowName": "orders.csv",
        "entityName": "shop/orders",
        "writeOperationType": "UPSERT",
        "idFieldNames": ["id"],
        "sourceDataFile": str(FOLDER / "orders.csv"),
        "destinationRuntimeProperties": {},
        "flowTimeout": FLOW_SECONDS,
    }


@dataclass(frozen=True)
class Outcome:
    """What unittest says of a run, and everything that the run printed."""

    passed: list[str]
    problems: list[str]
    printed: str


def run_suite(cloud: Cloud, folder: Path, configured: dict[str, Any]) -> Outcome:
    """Run the suite against the cloud in a process of its own."""
    config, result = folder / "test-config.json", folder / "result.json"
    config.write_text(json.dumps(configured))
    done = cloud.run(["python", str(FOLDER / "run_suite.py"), str(result)], TEST_CONFIG=str(config))
    printed = done.stdout + done.stderr
    assert result.is_file(), printed
    found = json.loads(result.read_text())
    problems = [*found["failures"], *found["errors"], *found["skipped"]]
    return Outcome(found["passed"], problems, printed)
