"""With IAM enforced, a deployment fails without any one of the permissions it was given.

Each case takes one thing away from the synthesised app and runs its whole life: create, update
with new code, delete. All run side by side, because each waits for its permission to appear.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer

Break = Callable[[Assembly], None]

# Enough for one round of attempts; by default the provider waits a minute for a permission.
_TIMEOUT_SECONDS = 30
_SERVICE_TIMEOUT_SECONDS = 40


def _without_crhelper(assembly: Assembly) -> None:
    for files in assembly.assets.values():
        for name in [name for name in files if name.startswith("crhelper/")]:
            del files[name]


def _without_invoke_permission(assembly: Assembly) -> None:
    (key,) = (k for k, r in assembly.resources.items() if r["Type"] == "AWS::Lambda::Permission")
    del assembly.resources[key]
    registration = assembly.of_type("Custom::AppFlowConnector")
    registration["DependsOn"].remove(key)


def _without_action(action: str, *, starting: str = "") -> Break:
    def take_away(assembly: Assembly) -> None:
        taken = [
            True
            for statement in _provider_statements(assembly)
            for listed in [statement["Action"]]
            if action in listed and starting in str(statement["Resource"])
            if _take(statement, action)
        ]
        assert len(taken) == 1, f"{action} is in {len(taken)} statements"

    return take_away


def _provider_statements(assembly: Assembly) -> Iterator[dict[str, Any]]:
    inline = assembly.of_type("AWS::IAM::Role", "Provider")["Properties"]["Policies"]
    attached = assembly.of_type("AWS::IAM::Policy", "ProviderPolicy")["Properties"]
    for policy in [*inline, attached]:
        yield from policy["PolicyDocument"]["Statement"]


def _take(statement: dict[str, Any], action: str) -> bool:
    if isinstance(statement["Action"], list):
        statement["Action"].remove(action)
    else:
        statement["Action"] = "appflow:NoSuchAction"
    return True


@dataclass(frozen=True)
class Case:
    name: str
    break_it: Break
    fails_at: str
    reason: str


CASES = [
    Case("NoCrhelper", _without_crhelper, "create", "No module named 'crhelper'"),
    Case("NoPermission", _without_invoke_permission, "create", "RegisterConnector: "),
    Case(
        "NoRegister",
        _without_action("appflow:RegisterConnector"),
        "create",
        "RegisterConnector: AccessDeniedException",
    ),
    Case(
        "NoInvoke",
        _without_action("lambda:InvokeFunction"),
        "create",
        "RegisterConnector: AccessDeniedException",
    ),
    Case(
        "NoDescribe",
        _without_action("appflow:DescribeConnector"),
        "create",
        "DescribeConnector: AccessDeniedException",
    ),
    Case(
        "NoUpdate",
        _without_action("appflow:UpdateConnectorRegistration"),
        "update",
        "UpdateConnectorRegistration: AccessDeniedException",
    ),
    Case(
        "NoUnregister",
        _without_action("appflow:UnRegisterConnector", starting="connector/"),
        "delete",
        "UnregisterConnector: AccessDeniedException",
    ),
    Case(
        "NoUnregisterPath",
        _without_action("appflow:UnRegisterConnector", starting="/unregister-connector"),
        "delete",
        "UnregisterConnector: AccessDeniedException",
    ),
    Case("Everything", lambda _assembly: None, "never", ""),
]


@pytest.fixture(scope="module")
def outcomes(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Where each case failed and why, as one text."""
    folder = tmp_path_factory.mktemp("assembly")
    app = Path(__file__).with_name("tiny_app") / "app.py"
    synthesizer.synthesise(str(app), folder, {"CONNECTOR_LABEL": "LABEL"})
    intact = Assembly(folder, "Tiny")
    failed = {case.name: "" for case in CASES}
    for step in (_create, _update, _delete):
        alive = [case for case in CASES if not failed[case.name]]
        for case in alive:
            step(cloud, _broken(intact, case), case.name)
        for case in alive:
            status = cloud.settle(case.name)
            if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"):
                failed[case.name] = f"{step.__name__[1:]}: {cloud.reasons(case.name)}"
    yield failed
    # What could not be deleted for want of a permission.
    for label in cloud.labels():
        cloud.client("appflow").unregister_connector(connectorLabel=label)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_life_without(case: Case, outcomes: dict[str, str]) -> None:
    outcome = outcomes[case.name]
    if case.fails_at == "never":
        assert outcome == ""
    else:
        assert outcome.startswith(f"{case.fails_at}: ")
        assert case.reason in outcome


def _broken(intact: Assembly, case: Case) -> Assembly:
    assembly = copy.deepcopy(intact)
    _rename(assembly, case.name)
    handler = assembly.of_type("AWS::Lambda::Function", "Provider")["Properties"]
    handler["Timeout"] = _TIMEOUT_SECONDS
    registration = assembly.of_type("Custom::AppFlowConnector")["Properties"]
    registration["ServiceTimeout"] = _SERVICE_TIMEOUT_SECONDS
    case.break_it(assembly)
    return assembly


def _rename(assembly: Assembly, label: str) -> None:
    # One synthesis serves all cases; only the label must differ.
    assembly.template = json.loads(json.dumps(assembly.template).replace("LABEL", label))


def _create(cloud: Cloud, assembly: Assembly, stack: str) -> None:
    assembly.deploy(cloud, stack)


def _update(cloud: Cloud, assembly: Assembly, stack: str) -> None:
    assembly.of_type("Custom::AppFlowConnector")["Properties"]["Revision"] = "2"
    assembly.deploy(cloud, stack)


def _delete(cloud: Cloud, _assembly: Assembly, stack: str) -> None:
    cloud.client("cloudformation").delete_stack(StackName=stack)
