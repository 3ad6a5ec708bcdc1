"""The smallest connector: it can only say what it is."""

VERSION = "1.0"

OPERATORS = ["PROJECTION", "EQUAL_TO"]


def handler(event: dict[str, object], _context: object) -> dict[str, object]:
    assert event["type"] == "DescribeConnectorConfigurationRequest", event
    return {
        "isSuccess": True,
        "connectorOwner": "Tests",
        "connectorName": "Tiny",
        "connectorVersion": VERSION,
        "connectorModes": ["SOURCE"],
        "authenticationConfig": {"isApiKeyAuthSupported": True},
        "connectorRuntimeSetting": [],
        "supportedApiVersions": ["v1"],
        "operatorsSupported": OPERATORS,
        "triggerFrequenciesSupported": ["DAILY"],
        "supportedTriggerTypes": ["ONDEMAND"],
        "supportedWriteOperations": [],
    }
