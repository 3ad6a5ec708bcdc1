"""Reads the API key or access token that AppFlow stored in Secrets Manager for the connection."""

import functools
import json
import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from custom_connector_sdk.connector.auth import AuthenticationType, Credentials
from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.errors import ConnectorError, invalid

# As an API key: read a public server without a key.
ANONYMOUS = "anonymous"
# AppFlow's names for what is sent as a bearer token, in the secret.
_MEMBERS = {AuthenticationType.ApiKey: "apiKey", AuthenticationType.OAuth2: "accessToken"}
# Together with deadline.METADATA these stay under AppFlow's 10 s.
_CONFIG = Config(connect_timeout=1, read_timeout=1.5, retries={"total_max_attempts": 2})
_CODES = {
    "ResourceNotFoundException": ErrorCode.ResourceNotFoundError,
    "AccessDeniedException": ErrorCode.AccessDenied,
    "ThrottlingException": ErrorCode.RateLimitExceeded,
    "InternalServiceError": ErrorCode.ServiceUnavailable,
}


def bearer(credentials: Credentials | None) -> str | None:
    """Return the API key or access token to send; None for the API key `anonymous`.

    AppFlow refreshes the access token in the secret, so it is read for every invocation.

    Args:
        credentials: The SDK's credentials, which name the secret and the type of authentication.

    Raises:
        ConnectorError: The secret can't be read, or holds nothing usable.
    """
    arn = credentials.secret_arn if credentials else None
    member = _MEMBERS.get(credentials.authentication_type) if credentials else None
    if not arn or not member:
        raise invalid("The request names no secret: the connection has to use an API key or OAuth2")
    found = _member_in(_secret_string(arn), member, arn)
    return None if (member, found) == ("apiKey", ANONYMOUS) else found


def _secret_string(arn: str) -> str:
    try:
        return str(_client().get_secret_value(SecretId=arn).get("SecretString", ""))
    except ClientError as exc:
        code = exc.response["Error"].get("Code", "")
        raise ConnectorError(
            _CODES.get(code, ErrorCode.ServerError),
            f"The secret {arn} can't be read ({code}); "
            "the Lambda's role needs secretsmanager:GetSecretValue on it",
        ) from exc
    except BotoCoreError as exc:
        raise ConnectorError(
            ErrorCode.ServiceUnavailable, f"The secret {arn} can't be read: {exc}"
        ) from exc


def _member_in(secret: str, member: str, arn: str) -> str:
    try:
        found = json.loads(secret)[member]
    except (ValueError, KeyError, TypeError):
        found = None
    # Anything else can't be a bearer token, nor an HTTP header.
    if not isinstance(found, str) or not re.fullmatch(r"[!-~]+", found):
        # `from None`, and no value: a JSON error quotes the document.
        raise ConnectorError(
            ErrorCode.InvalidCredentials,
            f"The secret {arn} holds no usable {member}; give one of printable ASCII characters "
            "without spaces in the AppFlow connection",
        ) from None
    return found


@functools.cache
def _client() -> Any:  # noqa: ANN401 boto3 makes its clients at run time
    """Return the Lambda's one Secrets Manager client, made at first use."""
    return boto3.client("secretsmanager", config=_CONFIG)
