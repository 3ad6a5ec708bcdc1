"""Registers a connector under check, makes a profile of it, and asks it as AppFlow does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.check.bench import Bench, Connection, Connector, said
from appflow_local.check.model import MISSHAPEN, SHAPE
from appflow_local.check.profiles import profile_name
from appflow_local.check.reply import Reply
from appflow_local.check.subject import Plan, Subject
from appflow_local.check.wrong_credentials import wrong_context
from appflow_local.driving.credentials_file import GivenCredentials
from appflow_local.function_paths import with_own_paths


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
    message = with_own_paths(f"{error['code']}: {error['message']}") if error else None
    if call is None:
        return Reply(request, None, error=message)
    answer = made.get("answer")
    return Reply(request, answer, call["answer"], message, call["milliseconds"],
                 call["answerBytes"], with_own_paths(call["printed"]))  # fmt: skip


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
    name = profile_name(bench, subject, connector, given, undo)
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
        subject.refusals["registration"] = said(error)
        return False
    return True


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
    return Connection(context, wrong_context(bench, subject, connector, context, undo))
