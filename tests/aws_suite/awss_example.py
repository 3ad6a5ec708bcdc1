"""AWS's own example of a connector, for Salesforce, as a function of the local cloud."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud
from tests.aws_suite.salesforce import TOKEN, Salesforce
from tests.aws_suite.suite import FLOW_SECONDS, Account

runs_here = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="AWS's connector SDK can't be imported on Python 3.13"
)

# The example validates credentials with a server whose address is written in its code.
_HANDLER = """
import os
from custom_connector_example.handlers import configuration
from custom_connector_example.handlers.lambda_handler import salesforce_lambda_handler as handler

configuration.SALESFORCE_USERINFO_URL_FORMAT = os.environ["USERINFO_URL"]
"""
_PACKAGES = (
    "antlr4",
    "custom_connector_example",
    "custom_connector_queryfilter",
    "custom_connector_sdk",
)
_NAME = "aws-suite-salesforce"
_SECRETS = "arn:aws:secretsmanager:us-east-1:000000000000:secret:appflow!000000000000-Integ_*"
_CSV = 'Name,Phone\n"Nuts, Ltd",1234\nGröße XL,5678'


def deploy(
    cloud: Cloud, salesforce: Salesforce, authority: Path, bucket: str, name: str = _NAME
) -> Account:
    """Create the example's function, and the secret that the suite makes its profile of."""
    rights = [{"Action": "secretsmanager:GetSecretValue", "Resource": _SECRETS}]
    arn = create_function(cloud, name, _HANDLER, rights)
    client = cloud.client("lambda")
    client.update_function_code(FunctionName=name, ZipFile=_code())
    variables = {
        "USERINFO_URL": f"{salesforce.url}/services/oauth2/userinfo",
        "SSL_CERT_FILE": str(authority),
    }
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    secret = cloud.client("secretsmanager").create_secret(
        Name=f"{name}-token", SecretString=json.dumps({"accessToken": TOKEN})
    )
    return Account(arn, secret["ARN"], bucket)


def register(cloud: Cloud, account: Account, label: str) -> None:
    """Register the example; it may read the secrets of labels that begin like the suite's."""
    cloud.client("appflow").register_connector(
        connectorLabel=label,
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": account.function_arn}},
    )


def credentials() -> dict[str, str]:
    """What `appflow-local check --credentials` reads."""
    return {
        "type": "oauth2",
        "clientId": "client",
        "clientSecret": "client-secret",
        "accessToken": TOKEN,
        "tokenUrl": "https://login.salesforce.com/services/oauth2/token",
        "oAuth2GrantType": "AUTHORIZATION_CODE",
    }


def configuration(account: Account, salesforce: Salesforce, folder: Path) -> dict[str, Any]:
    """Return the suite's configuration for the example, with every one of its tests."""
    data = folder / "accounts.csv"
    data.write_text(_CSV)
    profile = {
        "name": "salesforce",
        "authenticationType": "OAUTH2",
        "profileProperties": {"instanceUrl": salesforce.url, "is_sandbox_account": "false"},
        "defaultApiVersion": "v51.0",
        "oAuth2Properties": {
            "tokenUrl": "https://login.salesforce.com/services/oauth2/token",
            "oAuth2GrantType": "AUTHORIZATION_CODE",
        },
        "secretsManagerArn": account.secret_arn,
    }
    return {
        "resourcePrefix": "Salesforce_",
        "testBucketConfiguration": {"bucketName": account.bucket, "bucketPrefix": "salesforce/"},
        "customConnectorConfigurations": [
            {"name": "salesforce", "lambdaArn": account.function_arn}
        ],
        "customConnectorProfileConfigurations": [profile],
        "listConnectorEntitiesTestConfigurations": [{}],
        "describeConnectorEntityTestConfigurations": [{"entityName": "Account"}],
        "onDemandToS3TestConfigurations": [
            {
                "flowName": "accounts",
                "entityName": "Account",
                "entityFields": ["Id", "Name"],
                "sourceRuntimeProperties": {},
                "flowTimeout": FLOW_SECONDS,
            }
        ],
        "onDemandFromS3TestConfigurations": [
            {
                "flowName": "accounts.csv",
                "entityName": "Account",
                "writeOperationType": "INSERT",
                "sourceDataFile": str(data),
                "destinationRuntimeProperties": {},
                "flowTimeout": FLOW_SECONDS,
            }
        ],
    }


def _code() -> bytes:
    """Return the function's zip: the handler, and the packages as they are installed here."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", _HANDLER)
        for name in _PACKAGES:
            found = importlib.util.find_spec(name)
            assert found
            assert found.origin
            folder = Path(found.origin).parent
            for file in sorted(folder.rglob("*.py")):
                archive.write(file, Path(name) / file.relative_to(folder))
    return content.getvalue()
