"""Makes a profile of the connector under check, or finds the one that it has."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

from botocore.exceptions import ClientError, ParamValidationError

from appflow_local.appflow.profiles.runtime_settings import PROFILE
from appflow_local.check.bench import Bench, Connector, said
from appflow_local.check.reply import failure_in
from appflow_local.check.subject import Subject, objects
from appflow_local.command_arguments import UsageError
from appflow_local.driving.credentials_file import GivenCredentials, offered, without_parameters
from appflow_local.driving.profile_requests import profile_request

_REFUSED = ("ConnectorAuthenticationException", "ConnectorServerException")
_JUDGED = "The connector refused the connector runtime settings"


def profile_name(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    given: GivenCredentials | None,
    undo: ExitStack,
) -> str | None:
    """Return the name of a profile; None if there can't be one, and `subject` says why.

    Raises:
        UsageError: the credentials are not of a type that the connector takes.
    """
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
    request = profile_request(connector.label, name, credentials, settings)
    try:
        bench.appflow.create_connector_profile(**request)
    except ClientError as error:
        failure = failure_in(bench.last_answer(connector.label, "ValidateCredentials"))
        _refused(subject, error, failure)
        return None
    except ParamValidationError as error:  # members of a wrong type, or with a wrong name
        message = " ".join(str(error).split()).removeprefix("Parameter validation failed: ")
        raise UsageError(f"--credentials: {message}") from error
    undo.callback(
        bench.appflow.delete_connector_profile, connectorProfileName=name, forceDelete=True
    )
    return name


def _refused(subject: Subject, error: ClientError, failure: str) -> None:
    """Note why there is no profile, and what the function failed with.

    Raises:
        UsageError: the credentials are not as AppFlow's API wants them.
    """
    message = said(error)
    if _JUDGED in message:
        subject.unconnected = "settings that the connector accepts"
        return
    if error.response["Error"]["Code"] not in _REFUSED:
        raise UsageError(f"--credentials or --settings: {message}")
    if "ValidateConnectorRuntimeSettings" in message:
        subject.unconnected = "settings that the connector accepts"
        return
    if "did not respond" not in message:
        subject.refusals["profile"] = failure + message
    subject.unconnected = "credentials that the connector accepts"
