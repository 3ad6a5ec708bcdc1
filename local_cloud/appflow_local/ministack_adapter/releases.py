"""CodeDeploy's types for templates whose Lambda aliases it moves.

MiniStack has no CodeDeploy. On AWS, CloudFormation has it move an alias with an update policy
(``CodeDeployLambdaAliasUpdate``), and waits. Here it moves at once: no pace, hooks or alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services.cloudformation import provisioners

from appflow_local.ministack_adapter.stack_error import StackError

_Made = tuple[str, dict[str, str]]
_LONGEST_NAME = 100  # Source: CodeDeploy API reference, CreateApplication and CreateDeploymentGroup
_PLATFORM = "Lambda"


def install_releases() -> None:
    """Add AWS::CodeDeploy::Application, DeploymentConfig and DeploymentGroup."""
    types = {
        "Application": ("ApplicationName", _check_platform),
        "DeploymentConfig": ("DeploymentConfigName", _check_platform),
        "DeploymentGroup": ("DeploymentGroupName", _check_group),
    }
    for kind, (name, check) in types.items():
        full = f"AWS::CodeDeploy::{kind}"
        provisioners._RESOURCE_HANDLERS[full] = _handlers(name, check)
        provisioners._REPLACING_PROPERTIES[full] = (name,)
        provisioners._CUSTOM_NAME_REPLACEMENT[full] = {"name": name}


def _handlers(
    name: str, check: Callable[[Mapping[str, Any]], None]
) -> dict[str, Callable[..., Any]]:
    def create(logical_id: str, properties: Mapping[str, Any], stack: str) -> _Made:
        check(properties)
        generated = provisioners._physical_name(stack, logical_id, max_len=_LONGEST_NAME)
        return str(properties.get(name) or generated), {}

    def update(
        physical_id: str, _before: Mapping[str, Any], after: Mapping[str, Any], _stack: str
    ) -> _Made:
        check(after)
        return physical_id, {}

    def delete(_physical_id: str, _properties: Mapping[str, Any]) -> None:
        """Nothing is kept of it."""

    return {"create": create, "update": update, "delete": delete}


def _check_platform(properties: Mapping[str, Any]) -> None:
    platform = properties.get("ComputePlatform", "Server")
    if platform != _PLATFORM:
        raise StackError(f"ComputePlatform {platform} is not emulated, only {_PLATFORM}")


def _check_group(properties: Mapping[str, Any]) -> None:
    for required in ("ApplicationName", "ServiceRoleArn"):
        if not properties.get(required):
            raise StackError(f"{required} is required")
