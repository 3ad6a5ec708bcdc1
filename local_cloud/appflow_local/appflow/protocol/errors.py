"""Every error that the API answers with.

Exception
└── AppFlowError                       carries `code` and `http_status`; the message is the text
    ├── ModelledError                  the error shapes of the service model
    │   ├── AccessDeniedException            403
    │   ├── ConflictException                409
    │   ├── ConnectorAuthenticationException 401
    │   ├── ConnectorServerException         400
    │   ├── InternalServerException          500
    │   ├── ResourceNotFoundException        404
    │   ├── ServiceQuotaExceededException    402
    │   ├── ThrottlingException              429
    │   ├── UnsupportedOperationException    400
    │   └── ValidationException              400
    └── FrontEndError                  what AWS's HTTP front end says before AppFlow is reached
        ├── SerializationException           400
        └── UnknownOperationException        404

The HTTP status of a modelled error is read from botocore's model.

Known (cdklabs/cdk-appflow#21, a ResourceNotFoundException of CreateConnectorProfile): AppFlow also
answers with errors that an operation does not model, so any of them may come from any operation.
"""

# ruff: noqa: N818 - these are the names on the wire

from __future__ import annotations

from appflow_local.appflow.protocol.model import error_status


class AppFlowError(Exception):
    """An answer other than success; its only argument is the message."""

    @property
    def code(self) -> str:
        """The error's name on the wire."""
        return type(self).__name__

    @property
    def http_status(self) -> int:
        """The HTTP status that the error travels with."""
        raise NotImplementedError


class ModelledError(AppFlowError):
    """An error shape of the service model."""

    @property
    def http_status(self) -> int:
        """The HTTP status that the service model gives this error."""
        return error_status(self.code)


class AccessDeniedException(ModelledError):
    """The caller, or AppFlow itself, lacks a permission."""


class ConflictException(ModelledError):
    """The request does not fit the state of the resource."""


class ConnectorAuthenticationException(ModelledError):
    """The connector refused the credentials."""


class ConnectorServerException(ModelledError):
    """The connector's function failed, or its answer is not valid."""


class InternalServerException(ModelledError):
    """A defect of this emulator."""


class ResourceNotFoundException(ModelledError):
    """Something that the request names does not exist."""


class ServiceQuotaExceededException(ModelledError):
    """A quota of the account is used up."""


class ThrottlingException(ModelledError):
    """Too many calls at once."""


class UnsupportedOperationException(ModelledError):
    """The operation is not supported, or this emulator does not have it."""


class ValidationException(ModelledError):
    """The request breaks a constraint."""


class FrontEndError(AppFlowError):
    """An error of AWS's HTTP front end, which no service model lists."""


class SerializationException(FrontEndError):
    """The body is not JSON, or a member has another JSON type than its shape."""

    @property
    def http_status(self) -> int:
        """Bad request."""
        return 400


class UnknownOperationException(FrontEndError):
    """No operation has this method and path."""

    @property
    def http_status(self) -> int:
        """Not found."""
        return 404


def not_emulated(what: str) -> UnsupportedOperationException:
    """Return the error for a limit of this emulator, so that nobody blames AppFlow for it."""
    return UnsupportedOperationException(
        f"{what} This is a limit of the local emulator, not of Amazon AppFlow."
    )
