"""The CDK's guidelines, as awslint checks them (docs/decisions/cdk-guidelines.md)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import pytest
from aws_cdk import IResource, Resource
from constructs import Construct

import cdk_appflow_connector
from cdk_appflow_connector import (
    ConnectorProfile,
    CustomConnector,
    IConnectorProfile,
    ICustomConnector,
    RegistrationProvider,
)

PUBLIC = [getattr(cdk_appflow_connector, name) for name in cdk_appflow_connector.__all__]
CLASSES = [each for each in PUBLIC if inspect.isclass(each)]
CONSTRUCTS = [each for each in CLASSES if issubclass(each, Construct)]
UNIT = re.compile(r"_(days|minutes|seconds|secs?|millis|milliseconds)$")
IMPORTS = [
    (owner, name)
    for owner in (CustomConnector, ConnectorProfile)
    for name in vars(owner)
    if name.startswith("from_")
]


def arguments(call: Callable[..., object]) -> dict[str, inspect.Parameter]:
    return {
        name: each
        for name, each in inspect.signature(call).parameters.items()
        if name not in {"self", "scope", "construct_id"}
    }


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """What the class itself adds to the CDK's."""
    for each in owner.__mro__:
        if each.__module__.startswith("cdk_appflow_connector"):
            yield from (item for item in vars(each).items() if not item[0].startswith("_"))


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct_ctor(construct: type[Construct]) -> None:
    names = [*inspect.signature(construct.__init__).parameters]
    assert names[:3] == ["self", "scope", "construct_id"]
    kinds = {each.kind for each in arguments(construct.__init__).values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_props_are_strong_types(construct: type[Construct]) -> None:
    for name, each in arguments(construct.__init__).items():
        assert not name.endswith("_arn"), name
        assert not UNIT.search(name), name
        assert not re.search(r"\bAny\b|\bToken\b|\bCfn", str(each.annotation)), name
        if name.endswith(("timeout", "period", "duration", "ttl")):
            assert "Duration" in str(each.annotation)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_props_default_doc(construct: type[Construct]) -> None:
    documented = inspect.getdoc(construct) or ""
    _, _, section = documented.partition("Args:\n")
    told = dict(re.findall(r"^    (\w+): (.*?)(?=^    \w+: |^\S|\Z)", section, re.M | re.S))
    given = arguments(construct.__init__)
    assert given.keys() <= told.keys()
    for name, each in given.items():
        if each.default is not inspect.Parameter.empty:
            says_it = re.search(r"Default:\s(?!undefined|None)", told[name])
            assert says_it, f"{name}: say what happens without it"


@pytest.mark.parametrize("construct", [CustomConnector, ConnectorProfile, RegistrationProvider])
def test_resource_class_extends_resource(construct: type[Construct]) -> None:
    assert issubclass(construct, Resource)


@pytest.mark.parametrize("interface", [ICustomConnector, IConnectorProfile])
def test_resource_interface_extends_resource(interface: type) -> None:
    assert IResource in interface.__mro__


@pytest.mark.parametrize(("owner", "name"), IMPORTS)
def test_from_signature(owner: type, name: str) -> None:
    signature = inspect.signature(getattr(owner, name))
    assert [*signature.parameters][:2] == ["scope", "construct_id"]
    assert signature.return_annotation == f"I{owner.__name__}"
    if name not in {"from_ssm", "from_connector_attributes"}:
        assert [*signature.parameters][2] == name.removeprefix("from_")


@pytest.mark.parametrize("owner", CLASSES)
def test_attributes_are_read_only_and_everything_is_documented(owner: type) -> None:
    for name, member in members(owner):
        if isinstance(member, property):
            assert member.fset is None, name
        if not isinstance(owner, type(Enum)):
            assert inspect.getdoc(member), name
        else:
            assert name.isupper(), name


@pytest.mark.parametrize("owner", CLASSES)
def test_grant_result(owner: type) -> None:
    for name, member in members(owner):
        if name.startswith("grant_") and inspect.isfunction(member):
            returned = inspect.signature(member).return_annotation
            # A provider grants itself what registers a connector, with policies to wait for.
            assert returned == "iam.Grant" or name == "grant_registration", name
