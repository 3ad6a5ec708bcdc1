"""Refuses arguments that AWS would refuse, while the app is synthesised. Tokens pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from appflow_connector_provider import contract
from cdk_appflow_connector.argument_types import check_type
from cdk_appflow_connector.tokens import is_token

# Source: API reference, CreateConnectorProfile, CustomConnectorProfileProperties, CustomProperties
# and OAuth2Properties (patterns and lengths). ASCII, as in Java's \w, with which AWS matches.
_PROFILE_NAME: Final = re.compile(r"[\w/!@#+=.-]{1,256}", re.ASCII)
_KEY: Final = re.compile(r"\w{1,128}", re.ASCII)
_MAX_ENTRIES: Final = 50
_VALUE_MAX_LENGTH: Final = 2048
_ENTITY_MAX_LENGTH: Final = 1024
_API_VERSION_MAX_LENGTH: Final = 256
_URL_MAX_LENGTH: Final = 256
_PARAMETER_PREFIX: Final = re.compile(r"(/[a-zA-Z0-9_.-]+)+")
# Source: AWS Systems Manager, PutParameter: these prefixes are reserved for AWS.
_RESERVED_PARAMETERS: Final = ("/aws", "/ssm")


def check_label(label: str, argument: str = "label") -> None:
    """Raise ValueError for a connector label that AppFlow would refuse."""
    _check(argument, label, contract.label_problem)


def check_description(description: str) -> None:
    """Raise ValueError for a connector description that AppFlow would refuse."""
    _check("description", description, contract.description_problem)


def check_revision(revision: str, changes: str = "with the connector's code") -> None:
    """Raise an error for a revision that is empty, which can't follow a change, or no text."""
    advice = f"give a text that changes {changes}"
    check_type("revision", revision, str, advice)
    if not revision:
        raise ValueError(f"revision '' is empty: {advice}")


def check_known(argument: str, text: object, why: str) -> None:
    """Raise ValueError for a token where the text must be known when the app is synthesised."""
    if isinstance(text, str) and is_token(text):
        raise ValueError(
            f"{argument} {text!r} is known at deployment only: give plain text, as {why}"
        )


def check_profile_name(name: str) -> None:
    """Raise ValueError for the name of a connector profile that AppFlow would refuse."""
    _check("profile_name", name, _profile_name_problem)


def check_entity(entity: str) -> None:
    """Raise ValueError for the name of an entity that AppFlow would refuse."""
    _check("entity", entity, lambda text: _word_problem(text, _ENTITY_MAX_LENGTH))


def check_api_version(version: str) -> None:
    """Raise ValueError for an API version that AppFlow would refuse."""
    _check("api_version", version, lambda text: _word_problem(text, _API_VERSION_MAX_LENGTH))


def check_word(argument: str, value: str, max_length: int) -> None:
    r"""Raise ValueError unless the value matches AppFlow's pattern ``\S+`` and fits the length."""
    _check(argument, value, lambda text: _word_problem(text, max_length))


def check_properties(argument: str, properties: Mapping[str, str]) -> None:
    """Raise an error for settings or custom properties that AppFlow would refuse."""
    check_keys(argument, properties)
    for key, value in properties.items():
        check_word(f"{argument}[{key!r}]", value, _VALUE_MAX_LENGTH)


def check_keys(argument: str, entries: Mapping[str, object]) -> None:
    """Raise an error for what is no mapping, and for keys that AppFlow would refuse, or too many.

    The values may be secret, and are in no error.
    """
    if not isinstance(entries, Mapping):
        kind = type(entries).__name__
        raise TypeError(f"{argument} is of the type {kind}: give a mapping of keys to values")
    if len(entries) > _MAX_ENTRIES:
        raise ValueError(f"{argument} has {len(entries)} entries; AppFlow admits {_MAX_ENTRIES}")
    for key in entries:
        _check(f"{argument}: the key", key, _key_problem)


def check_https_url(argument: str, url: str) -> None:
    """Raise ValueError for a URL that isn't https or that AppFlow would refuse."""
    check_word(argument, url, _URL_MAX_LENGTH)
    if not is_token(url) and not re.match("https://[^/]", url, re.IGNORECASE):
        raise ValueError(
            f"{argument} {url!r} must begin with https://, because credentials are sent there"
        )


def check_parameter_prefix(argument: str, prefix: str) -> None:
    """Raise ValueError unless the prefix can begin the names of Parameter Store's parameters.

    It can't be a token, because other apps must know it at synth.
    """
    if isinstance(prefix, str) and is_token(prefix):
        raise ValueError(
            f"{argument} is known at deployment only, but other apps have to know it at synth: "
            "give plain text, such as '/connectors/orders'"
        )
    _check(argument, prefix, _parameter_prefix_problem)


def _profile_name_problem(name: str) -> str | None:
    if _PROFILE_NAME.fullmatch(name):
        return None
    return "must be 1 to 256 characters: letters a-z and A-Z, digits and _ / ! @ # + = . -"


def _key_problem(key: str) -> str | None:
    if _KEY.fullmatch(key):
        return None
    return "must be 1 to 128 characters: letters a-z and A-Z, digits and _"


def _word_problem(text: str, max_length: int) -> str | None:
    if not text:
        return "is empty, which AppFlow refuses here"
    if re.search(r"\s", text):
        return "holds white space, which AppFlow refuses here"
    if len(text) > max_length:
        return f"has {len(text)} characters; AppFlow admits {max_length}"
    return None


def _parameter_prefix_problem(prefix: str) -> str | None:
    if not _PARAMETER_PREFIX.fullmatch(prefix):
        return "must begin with /, not end with it, and hold only letters, digits and _ . - /"
    if prefix.lower().startswith(_RESERVED_PARAMETERS):
        return "is reserved for AWS: choose one that doesn't begin with /aws or /ssm"
    return None


def _check(argument: str, value: str, problem_of: Callable[[str], str | None]) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{argument} {value!r} must be a string")
    if is_token(value):
        return
    if problem := problem_of(value):
        raise ValueError(f"{argument} {value!r} {problem}")
