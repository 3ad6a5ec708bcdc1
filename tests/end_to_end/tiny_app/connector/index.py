"""The smallest connector: it says what it is, and believes every key."""

VERSION = "1.0"


def handler(event: dict[str, object], _context: object) -> dict[str, object]:
    if event["type"] == "DescribeConnectorConfigurationRequest":
        return CONFIGURATION
    return {"isSuccess": True}


CONFIGURATION = {
    "isSuccess": True,
    "connectorOwner": "Tests",
    "connectorName": "Tiny",
    "connectorVersion": VERSION,
    "connectorModes": ["SOURCE"],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
    "connectorRuntimeSetting": [],
    "supportedApiVersions": ["v1"],
    "operatorsSupported": ["PROJECTION", "EQUAL_TO"],
    "triggerFrequenciesSupported": ["DAILY"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "supportedWriteOperations": [],
}
