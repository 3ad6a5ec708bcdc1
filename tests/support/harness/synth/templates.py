"""Reads synthesised templates, without depending on hashed logical ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_cdk import Stack, Stage
from aws_cdk.assertions import Template

Resource = dict[str, Any]


class Synthesised:
    """The template of a stack."""

    def __init__(self, stack: Stack) -> None:
        Template.from_stack(stack)  # which refuses circles
        stage = Stage.of(stack)
        assert stage
        # Its file, because whole templates take Node.js a third of a synthesis to hand over.
        text = Path(stage.outdir, stack.template_file).read_text(encoding="utf-8")
        self.json: dict[str, Any] = json.loads(text)

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        resources: dict[str, Resource] = self.json["Resources"]
        return {key: value for key, value in resources.items() if value["Type"] == resource_type}

    def the(self, resource_type: str, starting: str = "") -> Resource:
        """The one resource of the type whose logical id starts so."""
        return self.json["Resources"][self.id_of(resource_type, starting)]  # type: ignore[no-any-return]

    def id_of(self, resource_type: str, starting: str = "") -> str:
        found = [key for key in self.of_type(resource_type) if key.startswith(starting)]
        assert len(found) == 1, f"{resource_type} starting {starting!r}: {found}"
        return found[0]

    def statements(self, role_starting: str) -> list[dict[str, Any]]:
        """All statements of the policies of a role, inline ones included."""
        role_id = self.id_of("AWS::IAM::Role", role_starting)
        inline = self.json["Resources"][role_id]["Properties"].get("Policies", [])
        documents = [policy["PolicyDocument"] for policy in inline]
        attached = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for policy in [found for kind in attached for found in self.of_type(kind).values()]:
            if {"Ref": role_id} in policy["Properties"]["Roles"]:
                documents.append(policy["Properties"]["PolicyDocument"])
        return [statement for document in documents for statement in document["Statement"]]


def flat(value: Any) -> str:  # noqa: ANN401 - any template value
    """Join an intrinsic function into one readable text: ${LogicalId.Attribute} for references.

    Of a list of one, such as a statement may have of resources, it is the one's.
    """
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(flat(part) for part in parts)
        case [single]:
            return flat(single)
    raise AssertionError(f"no text: {value}")
