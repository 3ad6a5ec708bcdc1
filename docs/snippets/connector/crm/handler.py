"""The Lambda's entry point."""

from typing import Any

_CONFIGURATION = {
    "isSuccess": True,
    "connectorOwner": "Example",
    "connectorName": "Crm",
    "connectorVersion": "1.0",
    "connectorModes": ["SOURCE"],
    "supportedApiVersions": ["v1"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "triggerFrequenciesSupported": ["ONCE"],
    "operatorsSupported": ["PROJECTION"],
    "connectorRuntimeSetting": [],
    "authenticationConfig": {
        "isBasicAuthSupported": False,
        "isApiKeyAuthSupported": True,
        "isOAuth2Supported": False,
        "isCustomAuthSupported": False,
    },
}


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of AppFlow."""
    if event["type"] == "DescribeConnectorConfigurationRequest":
        return _CONFIGURATION
    raise NotImplementedError(event["type"])
