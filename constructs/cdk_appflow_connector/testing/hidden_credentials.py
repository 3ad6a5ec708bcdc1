"""The assertion that a template shows no credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aws_cdk.assertions import Template

from cdk_appflow_connector.profile.shown_text import Surroundings, Value, is_intrinsic, problem_of
from cdk_appflow_connector.testing.templates import check_template

_PROFILE: Final = "AWS::AppFlow::ConnectorProfile"
_PATH: Final = "aws:cdk:path"
# Source: API reference, ConnectorProfileCredentials. What names who logs in, or how, isn't secret.
_NAMES: Final = {
    "AuthenticationType",
    "ClientCredentialsArn",
    "ClientId",
    "CustomAuthenticationType",
    "OAuth2GrantType",
    "RedirectUri",
    "UserId",
    "Username",
}
# The connector gives the keys: what stands under ClientId may be a secret there.
_OWN_KEYS: Final = "CredentialsMap"


def hides_credentials(template: Template) -> None:
    """Assert that no profile of the template shows a secret, whichever construct made it.

    Every credential of a profile counts as a secret, and so does every value of a
    ``CredentialsMap``. User names, client ids, types, URLs and the profile's settings don't.

    Hidden are dynamic references to Secrets Manager and to secure strings, parameters with
    ``NoEcho`` and without a default, and attributes of resources. Shown are plain text, also beside
    a reference or inside an intrinsic function, mappings, other parameters, those of Parameter
    Store that aren't encrypted, exports and the outputs of nested stacks.

    Raises:
        AssertionError: one does; the message names the members and how they are shown, and not
            their values.
        TypeError: the template is something else, such as a stack.
    """
    check_template(template)
    whole = template.to_json()
    around = Surroundings.of(whole)
    problems = [
        f"{_name(logical_id, resource)} shows its {member}, which {problem}"
        for logical_id, resource in around.resources.items()
        if resource.get("Type") == _PROFILE
        for member, value in _secrets(_credentials(resource))
        if (problem := problem_of(value, around))
    ]
    if problems:
        raise AssertionError("; ".join([*problems, "give a SecretValue of Secrets Manager"]))


def _name(logical_id: str, resource: Mapping[str, Value]) -> str:
    metadata = resource.get("Metadata") or {}
    return f"{logical_id} ({metadata[_PATH]})" if _PATH in metadata else logical_id


def _credentials(resource: Mapping[str, Value]) -> Iterator[Value]:
    """What the resource has as its credentials, in each case of a condition."""
    found: list[Value] = [resource.get("Properties")]
    for member in ("ConnectorProfileConfig", "ConnectorProfileCredentials"):
        several = [case for each in found for case in _cases(each)]
        found = [each.get(member) if not is_intrinsic(each) else each for each in several]
    yield from found


def _cases(value: Value) -> Iterator[Value]:
    """The objects that a value may be."""
    if isinstance(value, Mapping) and [*value] == ["Fn::If"]:
        for case in value["Fn::If"][1:]:
            yield from _cases(case)
    elif isinstance(value, Mapping):
        yield value


def _secrets(values: Iterator[Value]) -> Iterator[tuple[str, Value]]:
    for value in values:
        yield from _members(value, ())


def _members(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    """What should be secret, by its name."""
    if isinstance(value, Mapping) and [*value] == ["Fn::If"]:
        for case in value["Fn::If"][1:]:
            yield from _members(case, path)
    elif isinstance(value, Mapping) and not is_intrinsic(value):
        for name, each in value.items():
            yield from _members(each, (*path, name))
    elif _OWN_KEYS in path[:-1]:
        yield f"{_OWN_KEYS}[{path[-1]!r}]", value
    elif not path or path[-1] not in _NAMES:
        yield path[-1] if path else "credentials", value
