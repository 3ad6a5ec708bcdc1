"""The schema of Custom::AppFlowConnector says what the provider accepts, and tools read it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, CfnOutput, CfnResource, Fn, Stack
from hypothesis import given
from hypothesis import strategies as st

from appflow_connector_provider import contract
from appflow_connector_provider.failures import InvalidPropertiesError
from appflow_connector_provider.properties import ConnectorProperties
from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.schema import CFN_LINT_RULES, SCHEMA, validation_rules
from harness.synth.functions import connector_function

CONTENT: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
ATTRIBUTES = {pointer.rpartition("/")[2] for pointer in CONTENT["readOnlyProperties"]}
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:crm"
RIGHT: dict[str, Any] = {
    "ServiceToken": f"{FUNCTION}-provider",
    "ConnectorLabel": "crm",
    "LambdaArn": FUNCTION,
}
has_plugin = pytest.mark.skipif(
    not hasattr(aws_cdk, "CloudFormationValidatePlugin"), reason="this aws-cdk-lib lacks the plugin"
)


def test_its_names_are_those_of_the_contract_with_the_provider() -> None:
    names = {name: value for name, value in vars(contract).items() if isinstance(value, str)}
    attributes = {value for name, value in names.items() if name.startswith("ATTR_")}
    assert CONTENT["typeName"] == contract.RESOURCE_TYPE
    assert attributes == ATTRIBUTES | {contract.CONNECTOR_LABEL}
    settable = {
        contract.CONNECTOR_LABEL,
        contract.LAMBDA_ARN,
        contract.DESCRIPTION,
        contract.REVISION,
        contract.ON_CONFLICT,
        contract.FORCE_UNREGISTER,
    }
    of_cloudformation = {"ServiceToken", "ServiceTimeout"}
    assert CONTENT["properties"].keys() == settable | ATTRIBUTES | of_cloudformation


def is_accepted(properties: dict[str, Any]) -> bool:
    try:
        ConnectorProperties.parse(properties)
    except InvalidPropertiesError:
        return False
    return True


# A line's end at the end is admitted by $ in Python's and cfn-lint's patterns, and not by others.
TEXT = st.text("aZ09_-!@#.:/+= \té$*", max_size=6)
LABEL = st.one_of(TEXT, st.sampled_from(["", "crm", "-crm", "c" * 256, "c" * 257]))
ARN = st.one_of(
    TEXT, st.sampled_from([FUNCTION, f"{FUNCTION}:live", f"{FUNCTION}:$LATEST", f"{FUNCTION}:a:b"])
)
OTHERS = {
    "Description": st.one_of(TEXT, st.sampled_from(["d" * 1024, "d" * 1025])),
    "Revision": TEXT,
    "OnConflict": st.sampled_from(["FAIL", "ADOPT", "fail", ""]),
    "ForceUnregister": st.sampled_from([True, False, "true", "False", "yes", ""]),
}


@given(
    st.fixed_dictionaries({"ConnectorLabel": LABEL, "LambdaArn": ARN}),
    st.fixed_dictionaries({}, optional=OTHERS),
)
def test_it_accepts_what_the_provider_accepts_and_nothing_else(
    required: dict[str, Any], optional: dict[str, Any]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    properties = {"ServiceToken": "token", **required, **optional}
    validator = jsonschema.Draft7Validator(CONTENT)
    assert validator.is_valid(properties) == is_accepted(properties)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"ConnectorLabel": "no label"}, "no label"),
    ({"ConnectorLabel": "c" * 257}, "c" * 257),
    ({"LambdaArn": "crm"}, "crm"),
    ({"Description": "naïve"}, "naïve"),
    ({"OnConflict": "REPLACE"}, "REPLACE"),
    ({"ForceUnregister": "yes"}, "yes"),
    ({"Revision": ["a"]}, "a"),
    ({"ServiceTimeout": 4000}, "4000"),
    ({"LamdaArn": FUNCTION}, "LamdaArn"),
    ({"ConnectorArn": FUNCTION}, "ConnectorArn"),
    ({"LambdaArn": None}, "LambdaArn"),  # left out
]


def template_of(properties: dict[str, Any], attribute: str = "ConnectorArn") -> dict[str, Any]:
    given = {name: value for name, value in {**RIGHT, **properties}.items() if value is not None}
    return {
        "Parameters": {"Label": {"Type": "String"}},
        "Resources": {"Crm": {"Type": contract.RESOURCE_TYPE, "Properties": given}},
        "Outputs": {
            "Read": {"Value": {"Fn::GetAtt": ["Crm", attribute]}},
            "Told": {"Value": {"Fn::Sub": f"It is ${{Crm.{attribute}}}"}},
        },
    }


def lint(folder: Path, templates: list[dict[str, Any]]) -> list[list[str]]:
    """What cfn-lint says of each template, by its rules' ids and texts."""
    pytest.importorskip("cfnlint")
    files = [folder / f"{number}.json" for number in range(len(templates))]
    for file, template in zip(files, templates, strict=True):
        file.write_text(json.dumps(template))
    printed = subprocess.run(
        [sys.executable, "-m", "cdk_appflow_connector.schema"], capture_output=True, text=True
    ).stdout.strip()
    assert printed == str(CFN_LINT_RULES)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("cfn-lint"),
            *("--format", "json", "--ignore-checks", "W", "--append-rules", printed, "--"),
            *files,
        ],
        capture_output=True,
        text=True,
    )
    found: list[list[str]] = [[] for _ in files]
    for finding in json.loads(done.stdout):
        said = f"{finding['Rule']['Id']} {finding['Message']}"
        found[files.index(Path(finding["Filename"]))].append(said)
    return found


@pytest.mark.slow
def test_cfn_lint_finds_each_mistake_and_none_in_what_is_right(tmp_path: Path) -> None:
    deployed = {
        "ConnectorLabel": {"Ref": "Label"},
        "LambdaArn": {"Fn::Sub": "arn:${AWS::Partition}:lambda:…"},
        "Description": {"Fn::ImportValue": "x"},
    }
    right = [template_of({}), template_of(deployed), template_of({}, "ConnectorLabel")]
    *wrong, unknown, one, two, three = lint(
        tmp_path,
        [
            *(template_of(properties) for properties, _ in WRONG),
            template_of({}, "Arn"),
            *right,
        ],
    )
    assert [one, two, three] == [[], [], []]
    assert [text.split("'")[:2] for text in unknown] == [["E9511 ", "Arn"]] * 2
    for (properties, said), found in zip(WRONG, wrong, strict=True):
        assert any(text.startswith("E9510") and said in text for text in found), (properties, found)


@pytest.mark.slow
def test_references_in_no_form_of_cloudformations_are_left_to_cfn_lint(tmp_path: Path) -> None:
    malformed: list[Any] = [
        *({"Fn::GetAtt": value} for value in ("Crm", [], ["Crm"], 5)),
        *({"Fn::Sub": value} for value in ([], {"Ref": "Crm"}, [5, {}])),
    ]
    own = {"Fn::Sub": ["${Crm.Told}", {"Crm.Told": "x"}]}
    templates = [template_of({}) | {"Outputs": {"O": {"Value": each}}} for each in malformed]
    *found, with_own = lint(
        tmp_path, [*templates, template_of({}) | {"Outputs": {"O": {"Value": own}}}]
    )
    assert not any("E9511" in text for texts in [*found, with_own] for text in texts)
    assert all(any(text.startswith("E6101") for text in texts) for texts in found)


def validated(folder: Path, resources: list[tuple[dict[str, Any], str]]) -> dict[str, list[str]]:
    """What the CDK's validator says of each connector, by its construct's id."""
    app = App(outdir=str(folder))
    stack = Stack(app, "Stack")
    for number, (properties, attribute) in enumerate(resources):
        made = CfnResource(
            stack, f"Crm{number}", type=contract.RESOURCE_TYPE, properties=RIGHT | properties
        )
        CfnOutput(stack, f"Read{number}", value=made.get_att(attribute).to_string())
    plugin = aws_cdk.CloudFormationValidatePlugin(rego_rules=[validation_rules()])
    aws_cdk.Validations.of(app).add_plugins(plugin)
    app.synth()
    found: dict[str, list[str]] = {}
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    for each in report["pluginReports"]:
        for violation in each["violations"]:
            for construct in violation["violatingConstructs"]:
                text = f"{violation['ruleName']} {violation['description']}"
                found.setdefault(construct["constructPath"], []).append(text)
    return found


@has_plugin
def test_the_cdks_validator_finds_each_mistake(tmp_path: Path) -> None:
    found = validated(
        tmp_path / "out", [*((each, "ConnectorArn") for each, _ in WRONG), ({}, "Arn")]
    )
    for number, (properties, said) in enumerate(WRONG):
        texts = found[f"Stack/Crm{number}"]
        assert any(text.startswith("AppFlowConnector-Properties") for text in texts), properties
        assert said in "".join(texts)
    assert found[f"Stack/Crm{len(WRONG)}"] == [
        "AppFlowConnector-Attributes Arn is no attribute of Custom::AppFlowConnector"
    ]


@has_plugin
def test_the_cdks_validator_accepts_what_is_known_at_deployment_only(tmp_path: Path) -> None:
    late = {"Description": Fn.import_value("x"), "ForceUnregister": True, "ServiceTimeout": 60}
    sub = Fn.sub("arn:${AWS::Partition}:lambda:eu-west-1:${AWS::AccountId}:function:crm")
    assert validated(tmp_path / "out", [({**late, "LambdaArn": sub}, "ApiVersion")]) == {}


@has_plugin
def test_the_cdks_validator_accepts_the_constructs_own_resource(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "out"))
    stack = Stack(app, "Stack")
    connector = CustomConnector(
        stack, "Crm", function=connector_function(stack), description="Customers"
    )
    CfnOutput(stack, "Label", value=connector.connector_label)
    CfnOutput(stack, "Version", value=connector.api_version)
    plugin = aws_cdk.CloudFormationValidatePlugin(rego_rules=[validation_rules()])
    aws_cdk.Validations.of(app).add_plugins(plugin)
    app.synth()
    assert "AppFlowConnector-" not in (tmp_path / "out" / "validation-report.json").read_text()


def test_an_older_cdk_without_the_plugin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aws_cdk, "ValidationRuleSource", raising=False)
    with pytest.raises(RuntimeError, match="has no CloudFormationValidatePlugin: install a newer"):
        validation_rules()
