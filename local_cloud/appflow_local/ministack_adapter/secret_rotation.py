"""Secrets Manager's rotation schedules and resource policies, in templates.

MiniStack has their operations, and not their types. Its rotation is a stub: the secret gets another
version of the same value, EventBridge is told of it, and no rotation function runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from appflow_local.ministack_adapter.stack_error import StackError

_Properties = Mapping[str, Any]
_Made = tuple[str, dict[str, str]]


def install_secret_rotation() -> None:
    """Add AWS::SecretsManager::RotationSchedule and ResourcePolicy."""
    for kind, write, remove in (
        ("RotationSchedule", _schedule, _end_rotation),
        ("ResourcePolicy", _put_policy, _delete_policy),
    ):
        full = f"AWS::SecretsManager::{kind}"
        provisioners._RESOURCE_HANDLERS[full] = _handlers(write, remove)
        provisioners._REPLACING_PROPERTIES[full] = ("SecretId",)


def _handlers(
    write: Callable[[dict[str, Any], _Properties], None], remove: Callable[[dict[str, Any]], None]
) -> dict[str, Callable[..., Any]]:
    def create(_logical_id: str, properties: _Properties, _stack: str) -> _Made:
        secret = _secret(str(properties.get("SecretId", "")))
        if secret is None:
            raise StackError("Secrets Manager can't find the specified secret.")
        write(secret, properties)
        arn = str(secret["ARN"])
        return arn, {"Id": arn}

    def update(_id: str, _before: _Properties, after: _Properties, stack: str) -> _Made:
        return create("", after, stack)

    def delete(physical_id: str, _properties: _Properties) -> None:
        secret = _secret(physical_id)
        if secret is not None:
            remove(secret)

    return {"create": create, "update": update, "delete": delete}


def _secret(secret_id: str) -> dict[str, Any] | None:
    secret: dict[str, Any] | None = secretsmanager._resolve(secret_id)[1]
    return secret


def _schedule(secret: dict[str, Any], properties: _Properties) -> None:
    if "HostedRotationLambda" in properties:
        raise StackError("HostedRotationLambda is not emulated, only RotationLambdaARN")
    rotation = {
        name: properties[name]
        for name in ("RotationLambdaARN", "RotationRules")
        if name in properties
    }
    # MiniStack's operation always rotates at once.
    #
    # Known of Stacks (CloudFormation's reference of AWS::SecretsManager::RotationSchedule): a
    # schedule rotates at once, unless `RotateImmediatelyOnUpdate` is false.
    if str(properties.get("RotateImmediatelyOnUpdate", True)).lower() == "true":
        secretsmanager._rotate_secret({"SecretId": secret["ARN"], **rotation})
    else:
        secret.update(rotation, RotationEnabled=True)


def _end_rotation(secret: dict[str, Any]) -> None:
    secret["RotationEnabled"] = False


def _put_policy(secret: dict[str, Any], properties: _Properties) -> None:
    policy = properties.get("ResourcePolicy")
    if not policy:
        raise StackError("ResourcePolicy is required")
    text = policy if isinstance(policy, str) else json.dumps(policy)
    secretsmanager._put_resource_policy({"SecretId": secret["ARN"], "ResourcePolicy": text})


def _delete_policy(secret: dict[str, Any]) -> None:
    secretsmanager._delete_resource_policy({"SecretId": secret["ARN"]})
