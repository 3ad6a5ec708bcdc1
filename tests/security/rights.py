"""The rights that a stack with one connector grants, and each of them taken away once."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

ACCOUNT, REGION = "000000000000", "us-east-1"
LABEL = "LABEL"
_LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:provider:*"
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}

Statement = dict[str, Any]
Rights = dict[str, list[Statement]]
"""The statements of each role: ``provider`` and ``function``."""


@dataclass(frozen=True)
class Granted:
    """What the template grants, with every reference resolved and ``LABEL`` for the label."""

    rights: Rights
    permission: Mapping[str, str]

    def of_label(self, label: str) -> Rights:
        """The rights of a connector of that label."""
        return {role: _relabelled(statements, label) for role, statements in self.rights.items()}


@dataclass(frozen=True)
class Mutation:
    """One action less or, without an action, another resource than the one that is needed."""

    role: str
    statement: int
    action: str | None
    name: str

    def applied(self, rights: Rights) -> Rights:
        """The rights without what this mutation takes."""
        mutated = copy.deepcopy(rights)
        statement = mutated[self.role][self.statement]
        if self.action is None:
            statement["Resource"] = _another(statement["Resource"])
        else:
            statement["Action"].remove(self.action)
        if not statement["Action"]:
            mutated[self.role].remove(statement)
        return mutated


def granted(function_arn: str) -> Granted:
    """Synthesise a stack with one connector and read what it grants, for a VPC, too."""
    stack = Stack(App(), "Rights")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Network",
        vpc_id="vpc-1",
        availability_zones=[f"{REGION}a"],
        private_subnet_ids=["subnet-1"],
    )
    provider = RegistrationProvider(stack, "Provider", vpc=vpc)
    function = connector_function(stack)
    CustomConnector(stack, "Connector", function=function, label=LABEL, provider=provider)
    template = Synthesised(stack)
    values = {
        template.id_of("AWS::Lambda::Function", "Function"): function_arn,
        template.id_of("AWS::Logs::LogGroup"): _LOG_GROUP,
    }
    roles = {"provider": "Provider", "function": "Function"}
    rights = {
        role: [
            _statement(found, values)
            for found in template.statements(starting)
            if found["Effect"] == "Allow"
        ]
        for role, starting in roles.items()
    }
    permission = template.the("AWS::Lambda::Permission")["Properties"]
    return Granted(rights, {name: _text(value, values) for name, value in permission.items()})


def mutations(rights: Rights) -> Iterator[Mutation]:
    """Every action and every resource of every statement, each taken away once."""
    for role, statements in rights.items():
        for number, statement in enumerate(statements):
            actions, resource = statement["Action"], statement["Resource"]
            for action in actions:
                yield Mutation(role, number, action, f"{role}: {action} on {resource}")
            name = f"{role}: {', '.join(actions)} on {_another(resource)}"
            yield Mutation(role, number, None, name)


def _another(resource: str) -> str:
    return f"arn:aws:appflow:{REGION}:{ACCOUNT}:connector/X" if resource == "*" else f"{resource}X"


def _statement(found: Mapping[str, Any], values: Mapping[str, str]) -> Statement:
    assert set(found) == {"Action", "Effect", "Resource"}
    actions = found["Action"] if isinstance(found["Action"], list) else [found["Action"]]
    return {"Action": list(actions), "Resource": _text(found["Resource"], values)}


def _text(node: Any, values: Mapping[str, str]) -> str:  # noqa: ANN401 - any template value
    match node:
        case str():
            return node
        case {"Ref": name}:
            return _PSEUDO[name]
        case {"Fn::GetAtt": [name, "Arn"]}:
            return values[name]
        case {"Fn::Join": [str(separator), items]}:
            return separator.join(_text(item, values) for item in items)
        case [single]:
            return _text(single, values)
    raise AssertionError(f"no text, or more than one resource: {node}")


def _relabelled(statements: list[Statement], label: str) -> list[Statement]:
    return [
        {"Action": list(found["Action"]), "Resource": found["Resource"].replace(LABEL, label)}
        for found in statements
    ]
