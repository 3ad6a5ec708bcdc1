"""The connector that each peer registers: it says what it is, and nothing more."""

CONFIGURATION = {
    "isSuccess": True,
    "connectorOwner": "Benchmarks",
    "connectorName": "Minimal",
    "connectorVersion": "1.0",
    "connectorModes": ["SOURCE"],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
    "connectorRuntimeSetting": [],
    "supportedApiVersions": ["v1"],
    "operatorsSupported": ["PROJECTION"],
    "triggerFrequenciesSupported": ["DAILY"],
    "supportedTriggerTypes": ["ONDEMAND"],
    "supportedWriteOperations": [],
}


def handler(_event: object, _context: object) -> dict[str, object]:
    """Answer DescribeConnectorConfiguration."""
    return CONFIGURATION
