"""Gives MiniStack's resources the `Ref` and `Fn::GetAtt` that they have on AWS.

Known (CloudFormation Template Reference, "Return values"; the registry schemas, `primaryIdentifier`
and `readOnlyProperties`): `Ref` of AppSync's APIs, schemas, data sources, resolvers and API keys,
CloudFront functions, function URLs, instance profiles and bucket policies. What other
types lack is listed under "Missing attributes".
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ministack.core import responses
from ministack.services import iam
from ministack.services.cloudformation import drift, provisioners

_Properties: TypeAlias = Mapping[str, Any]
_Resource: TypeAlias = tuple[str, dict[str, Any]]

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type's name
_SCHEMA = "GraphQLSchema"
_RANDOM = 12
"""How many characters CloudFormation adds to the logical id of a secret without a name."""


@dataclass(frozen=True)
class _Identity:
    """The identity of a type's resources.

    Args:
        ref: the value of Ref, from the attributes and properties.
        own: the id by which MiniStack knows the resource, from the value of Ref. States of an
            earlier version have MiniStack's id in place of Ref's value.
    """

    ref: Callable[[Mapping[str, Any], _Properties], str]
    own: Callable[[str], str]


def _attribute(name: str) -> Callable[[Mapping[str, Any], _Properties], str]:
    return lambda attributes, _properties: str(attributes[name])


def _after(arn: str, kind: str) -> str:
    """The parts of an ARN's resource that follow each kind: `apis/A/types/T` becomes `A/T`."""
    _before, found, resource = arn.partition(f":{kind}/")
    return "/".join(resource.split("/")[::2]) if found else arn


def _secret_name(arn: str) -> str:
    _before, found, name = arn.partition(":secret:")
    return name.rpartition("-")[0] if found else arn


def _profile_arn(name: str) -> str:
    found = iam._instance_profiles.get(name)
    return str(found["Arn"]) if found else name


_IDENTITIES = {
    _SECRET: _Identity(_attribute("Id"), _secret_name),
    "AWS::AppSync::ApiKey": _Identity(
        _attribute("Arn"), lambda arn: _after(arn, "apis").rpartition("/")[2]
    ),
    "AWS::AppSync::DataSource": _Identity(
        _attribute("DataSourceArn"), lambda arn: _after(arn, "apis")
    ),
    "AWS::AppSync::GraphQLApi": _Identity(_attribute("Arn"), lambda arn: _after(arn, "apis")),
    "AWS::AppSync::GraphQLSchema": _Identity(
        lambda _attributes, properties: f"{properties['ApiId']}{_SCHEMA}",
        lambda ref: f"{ref.removesuffix(_SCHEMA)}/schema",
    ),
    "AWS::AppSync::Resolver": _Identity(_attribute("ResolverArn"), lambda arn: _after(arn, "apis")),
    "AWS::CloudFront::Function": _Identity(
        _attribute("FunctionARN"), lambda arn: _after(arn, "function")
    ),
    "AWS::IAM::InstanceProfile": _Identity(
        lambda attributes, _properties: attributes["Arn"].rpartition("/")[2], _profile_arn
    ),
    "AWS::Lambda::Url": _Identity(
        _attribute("FunctionArn"), lambda arn: arn.rpartition(":function:")[2]
    ),
    "AWS::S3::BucketPolicy": _Identity(
        lambda _attributes, properties: str(properties["Bucket"]), lambda bucket: f"{bucket}-policy"
    ),
}


def _ref(name: str) -> Callable[[str], dict[str, str]]:
    return lambda ref: {name: ref}


def _dual_stack(bucket: str) -> dict[str, str]:
    name = f"{bucket}.s3.dualstack.{responses.get_region()}.amazonaws.com"
    return {"DualStackDomainName": name}


_MORE_ATTRIBUTES = {
    "AWS::ApiGateway::Account": _ref("Id"),
    "AWS::ApiGateway::UsagePlanKey": _ref("Id"),
    "AWS::AppSync::GraphQLSchema": _ref("Id"),
    "AWS::EC2::SecurityGroup": _ref("Id"),
    "AWS::EC2::SubnetRouteTableAssociation": _ref("Id"),
    "AWS::Lambda::Permission": _ref("Id"),
    "AWS::Lambda::Version": _ref("FunctionArn"),
    "AWS::S3::Bucket": _dual_stack,
    "AWS::SecretsManager::SecretTargetAttachment": _ref("Id"),
}
"""Attributes that follow from the value of Ref."""


def install_identities() -> None:
    """Wrap the handlers of the types whose identity is another one in MiniStack."""
    handlers = provisioners._RESOURCE_HANDLERS
    _name_secrets(handlers[_SECRET])
    for name, identity in _IDENTITIES.items():
        _identify(handlers[name], identity)
        if name in drift._DRIFT_READERS:
            read, properties = drift._DRIFT_READERS[name]
            drift._DRIFT_READERS[name] = (_reading(read, identity), properties)
    for name, more in _MORE_ATTRIBUTES.items():
        _complete(handlers[name], more)


def _identify(handlers: dict[str, Any], identity: _Identity) -> None:
    create, delete = handlers["create"], handlers["delete"]

    def created(logical_id: str, properties: _Properties, stack: str) -> _Resource:
        _own, attributes = create(logical_id, properties, stack)
        return identity.ref(attributes, properties), attributes

    def deleted(ref: str, *rest: object) -> None:
        delete(identity.own(ref), *rest)

    handlers.update(create=created, delete=deleted)
    if "update" in handlers:
        handlers["update"] = _updating(handlers["update"], identity)


def _updating(update: Callable[..., _Resource], identity: _Identity) -> Callable[..., _Resource]:
    def updated(ref: str, before: _Properties, after: _Properties, *rest: str) -> _Resource:
        own = identity.own(ref)
        now, attributes = update(own, before, after, *rest)
        return (ref if now == own else identity.ref(attributes, after)), attributes

    return updated


def _reading(read: Callable[..., Any], identity: _Identity) -> Callable[..., Any]:
    return lambda ref, properties: read(identity.own(ref), properties)


def _complete(handlers: dict[str, Any], more: Callable[[str], dict[str, str]]) -> None:
    for name in {"create", "update"} & handlers.keys():
        handlers[name] = _completed(handlers[name], more)


def _completed(
    handler: Callable[..., _Resource], more: Callable[[str], dict[str, str]]
) -> Callable[..., _Resource]:
    def completed(*given: object) -> _Resource:
        ref, attributes = handler(*given)
        return ref, {**more(ref), **attributes}

    return completed


def _name_secrets(handlers: dict[str, Any]) -> None:
    """Name secrets after their logical ids, as CloudFormation does; CDK apps take names apart.

    Known (aws-cdk-lib, `Secret.secretName`; public reports of names, such as
    `DatabaseSecret3B817195-LjNHIaZlUvlO`): `Ref` of a secret is its ARN. Its generated name is the
    logical id and twelve characters, by which the CDK's `secret_name` finds it.
    """
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: _Properties, stack: str) -> _Resource:
        made: _Resource = create(logical_id, _named(properties, _generated(logical_id)), stack)
        return made

    def updated(
        name: str, before: _Properties, after: _Properties, stack: str, logical_id: str
    ) -> _Resource:
        keeps = not before.get("Name") and not after.get("Name")
        after = _named(after, name if keeps else _generated(logical_id))
        made: _Resource = update(name, _named(before, name), after, stack, logical_id)
        return made

    handlers.update(create=created, update=updated)


def _named(properties: _Properties, name: str) -> _Properties:
    return properties if properties.get("Name") else {**properties, "Name": name}


def _generated(logical_id: str) -> str:
    letters = string.ascii_letters + string.digits
    return f"{logical_id}-{''.join(secrets.choice(letters) for _ in range(_RANDOM))}"
