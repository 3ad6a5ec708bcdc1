"""The examples' templates, as the tools read them, and the identity policies in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"
"""They are kept equal to what the examples synthesise."""

_HERE = "us-east-1:123456789012"
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS = {
    "AWS::AppFlow::Flow": f"arn:aws:appflow:{_HERE}:flow/NAME",
    "AWS::CodeBuild::Project": f"arn:aws:codebuild:{_HERE}:project/NAME",
    "AWS::CodePipeline::Pipeline": f"arn:aws:codepipeline:{_HERE}:NAME",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/NAME",
    "AWS::KMS::Key": f"arn:aws:kms:{_HERE}:key/NAME",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HERE}:function:NAME",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:NAME:*",
    "AWS::S3::Bucket": "arn:aws:s3:::NAME",
}
_REFS = {
    "AWS::SNS::Topic": f"arn:aws:sns:{_HERE}:NAME",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_HERE}:stateMachine:NAME",
}

Template = dict[str, Any]


def templates() -> dict[str, Template]:
    """Each stack's template, by the names of its example and its stack."""
    return {
        f"{file.stem}.{stack}": template
        for file in sorted(GOLDEN.glob("*.json"))
        for stack, template in json.loads(file.read_text("utf-8")).items()
    }


def policies(template: Template) -> dict[str, dict[str, Any]]:
    """The identity policies of a template, by the logical ids of their resources."""
    found: dict[str, dict[str, Any]] = {}
    for key, resource in template["Resources"].items():
        for number, document in enumerate(_documents(resource)):
            found[f"{key}/{number}"] = _resolved(document, template["Resources"])
    return found


def _documents(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    properties = resource.get("Properties", {})
    if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        yield properties["PolicyDocument"]
    if resource["Type"] == "AWS::IAM::Role":
        yield from (policy["PolicyDocument"] for policy in properties.get("Policies", []))


def _resolved(node: Any, resources: dict[str, Any]) -> Any:  # noqa: ANN401 - a template's value
    """Put ARNs and names where a deployment would."""
    match node:
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(str(_resolved(part, resources)) for part in parts)
        case {"Fn::GetAtt": [name, "Arn" | "FlowArn"]}:
            return _ARNS[resources[name]["Type"]].replace("NAME", name)
        case {"Ref": name}:
            of_its_type = _REFS.get(resources.get(name, {}).get("Type"), "NAME")
            return _PSEUDO.get(name) or of_its_type.replace("NAME", name)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: _PSEUDO.get(found[1], found[1]), text)
        case {"Fn::ImportValue": _} | {"Fn::GetAtt": _}:
            return "known-at-deployment"
        case dict():
            return {key: _resolved(value, resources) for key, value in node.items()}
        case list():
            return [_resolved(item, resources) for item in node]
    return node
