"""Registers a connector under check, makes a profile of it, and asks it as AppFlow does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from appflow_local.appflow.profiles.runtime_settings import PROFILE
from appflow_local.check.credentials_file import GivenCredentials, offered, without_parameters
from appflow_local.check.model import MISSHAPEN, SHAPE
from appflow_local.check.reply import Reply
from appflow_local.check.subject import Plan, Subject, objects
from appflow_local.command_arguments import UsageError

_REFUSED = ("ConnectorAuthenticationException", "ConnectorServerException")
_JUDGED = "The connector refused the connector runtime settings"
_KEPT = ("customAuthenticationType", "clientId", "username")


class Bench(Protocol):
    """A cloud in which a connector is checked."""

    @property
    def appflow(self) -> Any:  # noqa: ANN401 - botocore's client
        """AppFlow's client."""
        ...

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask a connector by hand; see `workbench.invoke`."""
        ...

    def read_secret(self, arn: str) -> str:
        """Return the text of a secret."""
        ...

    def make_secret(self, name: str, text: str) -> tuple[str, Callable[[], None]]:
        """Make a secret; return its ARN, and what deletes it."""
        ...


@dataclass(frozen=True)
class Connector:
    """A deployed connector."""

    label: str
    function_arn: str
    is_registered: bool = False


@dataclass(frozen=True)
class Connection:
    """The contexts of a profile; see `subject.Connected`."""

    context: Mapping[str, Any]
    wrong_context: Mapping[str, Any] | None


def subject_of(bench: Bench, connector: Connector, plan: Plan) -> Subject:
    """Return the connector, to be asked."""

    def ask(request: Mapping[str, Any]) -> Reply:
        operation = str(request["type"]).removesuffix("Request")
        question = {"label": connector.label, "operation": operation,
                    "request": dict(request), "function_arn": connector.function_arn}  # fmt: skip
        return _reply(request, bench.invoke(question))

    return Subject(ask, plan)


def _reply(request: Mapping[str, Any], made: Mapping[str, Any]) -> Reply:
    call, error = made["call"], made["error"]
    message = f"{error['code']}: {error['message']}" if error else None
    if call is None:
        return Reply(request, None, error=message)
    answer = made.get("answer")
    return Reply(request, answer, call["answer"], message, call["milliseconds"],
                 call["answerBytes"], call["printed"])  # fmt: skip


def connect(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    given: GivenCredentials | None,
    undo: ExitStack,
) -> None:
    """Register the connector if it isn't, and make a profile, as far as it lets.

    Raises:
        UsageError: the credentials are not of a type that the connector takes.
    """
    try:
        _connect(bench, subject, connector, given, undo)
    except MISSHAPEN:
        subject.unconnected = SHAPE


def _connect(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    given: GivenCredentials | None,
    undo: ExitStack,
) -> None:
    if not subject.described.is_success:
        subject.unconnected = "a successful answer to DescribeConnectorConfiguration"
        return
    if not connector.is_registered and not _register(bench, subject, connector):
        subject.unconnected = "a registered connector"
        return
    name = _profile(bench, subject, connector, given, undo)
    if name is not None:
        subject.connected = _connection(bench, subject, connector, name, undo)


def _register(bench: Bench, subject: Subject, connector: Connector) -> bool:
    try:
        bench.appflow.register_connector(
            connectorLabel=connector.label,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": connector.function_arn}},
        )
    except ClientError as error:
        subject.refusals["registration"] = _said(error)
        return False
    return True


def _profile(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    given: GivenCredentials | None,
    undo: ExitStack,
) -> str | None:
    """Return the name of a profile; None if there can't be one, and `subject` says why."""
    if given is None and connector.is_registered:
        return _only_profile(bench, subject, connector)
    credentials = _credentials(subject, given)
    if credentials is None:
        return None
    if missing := _missing_settings(subject):
        subject.unconnected = f"--settings {' '.join(f'{key}=VALUE' for key in missing)}"
        return None
    return _create(bench, subject, connector, credentials, undo)


def _only_profile(bench: Bench, subject: Subject, connector: Connector) -> str | None:
    found = bench.appflow.describe_connector_profiles(connectorLabel=connector.label)
    names = [each["connectorProfileName"] for each in found["connectorProfileDetails"]]
    if not names:
        subject.unconnected = f"a profile of {connector.label}, or --credentials FILE"
        return None
    return str(names[0])


def _credentials(subject: Subject, given: GivenCredentials | None) -> GivenCredentials | None:
    types = offered(subject.configuration)
    if given is None or given.type == "none":
        if "none" in types:
            return without_parameters(subject.configuration)
        if given is not None and types:
            raise UsageError(f"the connector takes no credentials of the type none: give "
                             f"--credentials of the type {' or '.join(types)}")  # fmt: skip
        named = f"--credentials FILE of the type {' or '.join(types)}" if types else ""
        subject.unconnected = named or "a type of authentication in its configuration"
        return None
    if not types:
        subject.unconnected = "a type of authentication in its configuration"
        return None
    if given.type not in types:
        raise UsageError(
            f"the connector takes no credentials of the type {given.type}: give --credentials of "
            f"the type {' or '.join(types)}"
        )
    return given


def _settings(subject: Subject) -> dict[str, bool]:
    """The settings of a profile, and whether each is required."""
    return {
        str(each.get("key")): each.get("required") is True
        for each in objects(subject.configuration.get("connectorRuntimeSetting"))
        if each.get("scope") == PROFILE
    }


def _missing_settings(subject: Subject) -> list[str]:
    needed = [key for key, is_required in _settings(subject).items() if is_required]
    return [key for key in needed if key not in subject.plan.settings]


def _create(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    credentials: GivenCredentials,
    undo: ExitStack,
) -> str | None:
    name = f"appflow-check-{secrets.token_hex(4)}"
    settings = {
        key: subject.plan.settings[key]
        for key in _settings(subject)
        if key in subject.plan.settings
    }
    properties: dict[str, Any] = {"profileProperties": settings}
    if credentials.oauth2_properties:
        properties["oAuth2Properties"] = credentials.oauth2_properties
    try:
        bench.appflow.create_connector_profile(
            connectorProfileName=name,
            connectorType="CustomConnector",
            connectorLabel=connector.label,
            connectionMode="Public",
            connectorProfileConfig={
                "connectorProfileProperties": {"CustomConnector": properties},
                "connectorProfileCredentials": {"CustomConnector": credentials.api},
            },
        )
    except ClientError as error:
        _refused(subject, error)
        return None
    undo.callback(
        bench.appflow.delete_connector_profile, connectorProfileName=name, forceDelete=True
    )
    return name


def _refused(subject: Subject, error: ClientError) -> None:
    """Note why there is no profile.

    Raises:
        UsageError: the credentials are not as AppFlow's API wants them.
    """
    message = _said(error)
    if _JUDGED in message:
        subject.unconnected = "settings that the connector accepts"
        return
    if error.response["Error"]["Code"] not in _REFUSED:
        raise UsageError(f"--credentials or --settings: {message}")
    if "ValidateConnectorRuntimeSettings" in message:
        subject.unconnected = "settings that the connector accepts"
        return
    if "did not respond" not in message:
        subject.refusals["profile"] = message
    subject.unconnected = "credentials that the connector accepts"


def _connection(
    bench: Bench, subject: Subject, connector: Connector, name: str, undo: ExitStack
) -> Connection | None:
    question = {"label": connector.label, "operation": "ListEntities", "profile": name}
    call = bench.invoke(question)["call"]
    if call is None:
        subject.unconnected = "a function that AppFlow may invoke"
        return None
    (profile,) = bench.appflow.describe_connector_profiles(
        connectorProfileNames=[name], connectorType="CustomConnector"
    )["connectorProfileDetails"]
    properties = profile["connectorProfileProperties"].get("CustomConnector", {})
    context = {
        **call["request"]["connectorContext"],
        "connectorRuntimeSettings": properties.get("profileProperties", {}),
    }
    return Connection(context, _wrong(bench, subject, connector, context, undo))


def _wrong(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    context: Mapping[str, Any],
    undo: ExitStack,
) -> Mapping[str, Any] | None:
    content = json.loads(bench.read_secret(context["credentials"]["secretArn"]))
    spoilt = _spoilt(content, subject.configuration)
    if spoilt == content:
        return None
    account = connector.function_arn.split(":")[4]
    secret = f"appflow!{account}-{connector.label}-check-{secrets.token_hex(4)}"
    arn, delete = bench.make_secret(secret, json.dumps(spoilt))
    undo.callback(delete)
    return {**context, "credentials": {**context["credentials"], "secretArn": arn}}


def _spoilt(content: Mapping[str, Any], configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a secret with other values for what is secret in it."""
    authentication = configuration.get("authenticationConfig") or {}
    parameters = [
        one
        for each in objects(authentication.get("customAuthConfig"))
        if each.get("authenticationType") == content.get("customAuthenticationType")
        for one in objects(each.get("authParameters"))
    ]
    sensitive = {one.get("key") for one in parameters if one.get("sensitiveField") is True}
    return {
        key: f"wrong-{secrets.token_hex(8)}"
        if isinstance(value, str) and key not in _KEPT and (not sensitive or key in sensitive)
        else value
        for key, value in content.items()
    }


def _said(error: ClientError) -> str:
    return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
