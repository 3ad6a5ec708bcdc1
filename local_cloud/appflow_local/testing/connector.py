"""A registered connector in a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appflow_local.driving.credentials_file import (
    GivenCredentials,
    given_credentials,
    offered,
    read_credentials,
    without_parameters,
)
from appflow_local.driving.profile_requests import profile_request
from appflow_local.testing.calls import Call, calls
from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.testing.profile import Profile, setting_texts

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud

Credentials = Mapping[str, Any] | str | Path


class Connector:
    """A registered connector.

    Args:
        own: the test's cloud.
        label: its label.
    """

    def __init__(self, own: OwnCloud, label: str) -> None:
        self._own = own
        self.label = label
        self._profiles = 0

    @property
    def configuration(self) -> dict[str, Any]:
        """What DescribeConnector answers: the connectorConfiguration."""
        described = self._own.client("appflow").describe_connector(
            connectorType="CustomConnector", connectorLabel=self.label
        )
        found: dict[str, Any] = described["connectorConfiguration"]
        return found

    @property
    def calls(self) -> list[Call]:
        """AppFlow's calls to it, oldest first."""
        return calls(self._own.workbench, label=self.label)

    @told_plainly
    def profile(
        self,
        credentials: Credentials | None = None,
        settings: Mapping[str, object] | None = None,
        *,
        name: str | None = None,
    ) -> Profile:
        """Create a connector profile; AppFlow asks the connector whether it accepts it.

        Args:
            credentials: `type` (`none`, `apiKey`, `basic`, `oauth2` or `custom`) and the members of
                AppFlow's API for it; or a file of them, JSON or TOML. None is of the type `none`:
                a custom type that needs no parameters.
            settings: connector runtime settings.
            name: the profile's name; one of the label's if it's left out.

        Raises:
            AppflowLocalError: the credentials are not of a type that the connector takes.
            botocore.exceptions.ClientError: AppFlow or the connector refuses them.
        """
        configuration = self.configuration
        given = _credentials(credentials, _as_in_the_sdk(configuration))
        self._profiles += 1
        number = f"-{self._profiles}" if self._profiles > 1 else ""
        made = name or f"{self.label}-profile{number}"
        request = profile_request(self.label, made, given, setting_texts(settings))
        self._own.client("appflow").create_connector_profile(**request)
        versions = configuration.get("supportedApiVersions") or [""]
        return Profile(self._own, self.label, made, versions[0])

    @told_plainly
    def ask(self, operation: str, **members: Any) -> Call:  # noqa: ANN401 - JSON
        """Call the connector by hand, as `appflow-local invoke` does.

        Args:
            operation: the protocol's name, such as QueryData.
            members: `profile`, `entity`, `fields`, `filter`, `page` and `records`; and `members`,
                a mapping with members of the request to replace.

        Raises:
            AppflowLocalError: it can't be asked so.
        """
        question = {"label": self.label, "operation": operation, **members}
        made = self._own.workbench.invoke(question)
        if made["call"] is None:
            raise AppflowLocalError(f"{made['error']['code']}: {made['error']['message']}")
        return Call.of(made["call"])


def _credentials(given: Credentials | None, configuration: Mapping[str, Any]) -> GivenCredentials:
    read = _read(given)
    types = offered(configuration)
    if read.type not in types:
        takes = f"give one of the type {' or '.join(types)}" if types else "it takes none at all"
        raise AppflowLocalError(
            f"the connector takes no credentials of the type {read.type}: {takes}"
        )
    return (without_parameters(configuration) if read.type == "none" else None) or read


def _read(given: Credentials | None) -> GivenCredentials:
    if isinstance(given, (str, Path)):
        return read_credentials(Path(given))
    if given is not None and not isinstance(given, Mapping):
        raise AppflowLocalError(
            f"credentials is {type(given).__name__}: give a dict, like "
            '{"type": "apiKey", "apiKey": "k"}'
        )
    return given_credentials({"type": "none"} if given is None else given, "credentials")


def _as_in_the_sdk(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the authentication of DescribeConnector's answer with the SDK's names."""
    found = dict(configuration.get("authenticationConfig") or {})
    found["customAuthConfig"] = [
        {
            "authenticationType": each.get("customAuthenticationType"),
            "authParameters": [
                {"required": one.get("isRequired")} for one in each.get("authParameters") or []
            ],
        }
        for each in found.get("customAuthConfigs") or []
    ]
    return {"authenticationConfig": found}
