"""The Lambda's entry point: hands AppFlow's events to the SDK."""

import logging

from custom_connector_sdk.lambda_handler.lambda_handler import BaseLambdaConnectorHandler

from datasette_connector.configuration import DatasetteConfiguration
from datasette_connector.errors import invalid
from datasette_connector.metadata import DatasetteMetadata
from datasette_connector.records import DatasetteRecords

LOGGER = logging.getLogger(__name__)
_SDK = BaseLambdaConnectorHandler(DatasetteMetadata(), DatasetteRecords(), DatasetteConfiguration())


def lambda_handler(event: dict[str, object], context: object) -> dict[str, object]:
    """Answer one AppFlow event; failures are answers, too (`isSuccess` is false).

    Args:
        event: A request of AppFlow's connector protocol, told apart by its `type`.
        context: Lambda's context; not used.
    """
    try:
        return _SDK.lambda_handler(event, context)  # type: ignore[no-any-return]  # no types
    except RuntimeError as exc:
        # Our handlers don't raise: the SDK couldn't read the event, and hides why.
        cause = exc.__context__
        LOGGER.warning("The SDK can't read the event: %r", cause)
        problem = invalid(f"The request can't be read: {type(cause).__name__}: {cause}")
        return {"isSuccess": False, "errorDetails": problem.details().to_dict()}
