"""Checks connector runtime settings: whether all are there, and whether the connector agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.connectors.connector_errors import check_success
from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.model import longest_message
from appflow_local.appflow.protocol.validation import require

PROFILE, SOURCE, DESTINATION = "CONNECTOR_PROFILE", "SOURCE", "DESTINATION"
_ALSO = {PROFILE: (), SOURCE: ("SOURCE_AND_DESTINATION",), DESTINATION: ("SOURCE_AND_DESTINATION",)}


def require_settings(
    connector: Connector, scope: str, settings: Mapping[str, str], within: str
) -> None:
    """Check that the settings that the connector requires for a scope are there.

    `within` is the path of the settings.

    Inferred of CreateConnectorProfile (SDK, ConnectorRuntimeSetting, `required`): settings that the
    connector requires must be given; the error, whose second sentence is the emulator's own.

    Raises:
        ValidationException: names every missing setting, and those that the connector doesn't have.
    """
    scopes = (scope, *_ALSO[scope])
    offered = connector.configuration.get("connectorRuntimeSettings", [])
    possible = {item["key"]: item["isRequired"] for item in offered if item["scope"] in scopes}
    try:
        require(settings, *(key for key, needed in possible.items() if needed), within=within)
    except ValidationException as missing:
        unknown = ", ".join(f"'{key}'" for key in settings if key not in possible)
        hint = f" The connector has no setting {unknown} for a {scope}." if unknown else ""
        raise ValidationException(f"{missing}{hint}"[: longest_message()]) from None


def validate_settings(connection: Connection, scope: str, settings: Mapping[str, str]) -> None:
    """Have the connector validate settings.

    Chosen of CreateConnectorProfile: refused settings (`errorsByInputField`) are a
    `ValidationException` that names them, because the caller's input is wrong.
    Inferred of CreateConnectorProfile (hashicorp/terraform-provider-aws#34422): a refusal without
    `errorsByInputField` is a failure of the connector's.

    Raises:
        ValidationException: the connector refuses some of them, in its own words.
        AppFlowError: it did not answer, or failed.
    """
    request = {
        "type": "ValidateConnectorRuntimeSettingsRequest",
        "scope": scope,
        "connectorRuntimeSettings": dict(settings),
    }
    answer = connection.ask(request)
    errors = answer.get("errorsByInputField")
    if answer.get("isSuccess") is False and isinstance(errors, Mapping) and errors:
        raise ValidationException(_refusal(errors)[: longest_message()])
    check_success(answer, request)


def _refusal(errors: Mapping[str, Any]) -> str:
    each = "; ".join(f"{setting}: {message}" for setting, message in errors.items())
    return f"The connector refused the connector runtime settings: {each}"
