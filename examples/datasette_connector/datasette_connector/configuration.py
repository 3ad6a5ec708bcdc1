"""Tells AppFlow what the connector can do; checks a new connection's settings and credentials."""

from custom_connector_sdk.connector.auth import (
    AuthenticationConfig,
    AuthenticationType,
    OAuth2Defaults,
    OAuth2GrantType,
)
from custom_connector_sdk.connector.configuration import (
    ConnectorModes,
    ConnectorOperator,
    TriggerFrequency,
    TriggerType,
)
from custom_connector_sdk.connector.fields import WriteOperationType
from custom_connector_sdk.connector.settings import (
    ConnectorRuntimeSetting,
    ConnectorRuntimeSettingDataType,
    ConnectorRuntimeSettingScope,
)
from custom_connector_sdk.lambda_handler import requests, responses
from custom_connector_sdk.lambda_handler.handlers import ConfigurationHandler

from datasette_connector.connection import connect
from datasette_connector.deadline import METADATA
from datasette_connector.errors import ConnectorError, answers, invalid
from datasette_connector.settings import BASE_URL, base_url_problem

CONNECTOR_NAME = "Datasette"
CONNECTOR_OWNER = "DatasetteConnectorExample"
CONNECTOR_VERSION = "1.1.0"
# The JSON API of Datasette 0.x.
API_VERSIONS = ["v0"]
# Fields as they are, and the comparisons that the filter grammar can express.
OPERATORS = [
    ConnectorOperator.PROJECTION,
    ConnectorOperator.NO_OP,
    ConnectorOperator.EQUAL_TO,
    ConnectorOperator.NOT_EQUAL_TO,
    ConnectorOperator.LESS_THAN,
    ConnectorOperator.LESS_THAN_OR_EQUAL_TO,
    ConnectorOperator.GREATER_THAN,
    ConnectorOperator.GREATER_THAN_OR_EQUAL_TO,
    ConnectorOperator.BETWEEN,
    ConnectorOperator.CONTAINS,
]
# Not UPDATE: the server has no way to change a row only if it is there.
WRITE_OPERATIONS = [WriteOperationType.INSERT, WriteOperationType.UPSERT]


class DatasetteConfiguration(ConfigurationHandler):  # type: ignore[misc]  # the SDK has no types
    """The operations that AppFlow calls at registration and when a connection is made."""

    def describe_connector_configuration(
        self, request: requests.DescribeConnectorConfigurationRequest
    ) -> responses.DescribeConnectorConfigurationResponse:
        """Return the registration: a source and a destination, on demand or on a schedule."""
        del request  # every locale gets the same
        return responses.DescribeConnectorConfigurationResponse(
            is_success=True,
            connector_owner=CONNECTOR_OWNER,
            connector_name=CONNECTOR_NAME,
            connector_version=CONNECTOR_VERSION,
            connector_modes=[ConnectorModes.SOURCE, ConnectorModes.DESTINATION],
            authentication_config=_authentication(),
            connector_runtime_setting=[_base_url_setting()],
            supported_api_versions=API_VERSIONS,
            operators_supported=OPERATORS,
            supported_write_operations=WRITE_OPERATIONS,
            supported_trigger_types=[TriggerType.ONDEMAND, TriggerType.SCHEDULED],
            trigger_frequencies_supported=list(TriggerFrequency),
        )

    @answers(responses.ValidateConnectorRuntimeSettingsResponse)
    def validate_connector_runtime_settings(
        self, request: requests.ValidateConnectorRuntimeSettingsRequest
    ) -> responses.ValidateConnectorRuntimeSettingsResponse:
        """Check `baseUrl` without calling it; flows (the other scopes) have no settings."""
        if request.scope is not ConnectorRuntimeSettingScope.CONNECTOR_PROFILE:
            return responses.ValidateConnectorRuntimeSettingsResponse(is_success=True)
        problem = base_url_problem((request.connector_runtime_settings or {}).get(BASE_URL))
        if problem is None:
            return responses.ValidateConnectorRuntimeSettingsResponse(is_success=True)
        return responses.ValidateConnectorRuntimeSettingsResponse(
            is_success=False,
            errors_by_input_field={BASE_URL: problem},
            error_details=invalid(problem).details(),
        )

    @answers(responses.ValidateCredentialsResponse)
    def validate_credentials(
        self, request: requests.ValidateCredentialsRequest
    ) -> responses.ValidateCredentialsResponse:
        """Ask the server who is calling; a key that it doesn't know is refused."""
        client = connect(request.connector_runtime_settings, request.credentials, METADATA)
        # A proxy may have checked an access token without telling Datasette whose it is: that the
        # server answers at all is what counts.
        needs_actor = request.credentials.authentication_type is AuthenticationType.ApiKey
        if client.actor() is None and needs_actor and not client.is_anonymous:
            raise ConnectorError(
                responses.ErrorCode.InvalidCredentials,
                "The Datasette server doesn't know the API key; give a key that it knows, "
                "or the key 'anonymous' to read what the server shows to everyone",
            )
        return responses.ValidateCredentialsResponse(is_success=True)


def _authentication() -> AuthenticationConfig:
    # Each flag is set: the SDK would write null for the ones left out.
    return AuthenticationConfig(
        is_basic_auth_supported=False,
        is_api_key_auth_supported=True,
        is_oauth_2_supported=True,
        is_custom_auth_supported=False,
        # No URL is common to all servers: the connection names that of whoever issues the tokens.
        o_auth_2_defaults=OAuth2Defaults(
            token_url=[],
            auth_url=[],
            o_auth_2_grant_types_supported=[OAuth2GrantType.CLIENT_CREDENTIALS],
        ),
    )


def _base_url_setting() -> ConnectorRuntimeSetting:
    return ConnectorRuntimeSetting(
        key=BASE_URL,
        data_type=ConnectorRuntimeSettingDataType.String,
        required=True,
        label="Datasette server URL",
        description="Address of the Datasette server, for example https://data.example.com",
        scope=ConnectorRuntimeSettingScope.CONNECTOR_PROFILE,
    )
