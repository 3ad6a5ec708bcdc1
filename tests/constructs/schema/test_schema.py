"""The schema of Custom::AppFlowConnector says what the provider accepts, and tools read it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, CfnOutput, CfnResource, Fn, Stack
from constructs import Construct
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


@pytest.fixture(scope="module")
def is_valid() -> Callable[[object], bool]:
    """Tell whether properties are right by the schema."""
    with pytest.MonkeyPatch.context() as patch:
        # For one format, which the schema hasn't, a grammar would be parsed when this is imported.
        patch.setitem(sys.modules, "rfc3987_syntax", None)
        jsonschema = pytest.importorskip("jsonschema")
    decide: Callable[[object], bool] = jsonschema.Draft7Validator(CONTENT).is_valid
    return decide


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
    required=st.fixed_dictionaries({"ConnectorLabel": LABEL, "LambdaArn": ARN}),
    optional=st.fixed_dictionaries({}, optional=OTHERS),
)
def test_it_accepts_what_the_provider_accepts_and_nothing_else(
    is_valid: Callable[[object], bool], required: dict[str, Any], optional: dict[str, Any]
) -> None:
    properties = {"ServiceToken": "token", **required, **optional}
    assert is_valid(properties) == is_accepted(properties)


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


DEPLOYED: dict[str, Any] = {
    "ConnectorLabel": {"Ref": "Label"},
    "LambdaArn": {"Fn::Sub": "arn:${AWS::Partition}:lambda:…"},
    "Description": {"Fn::ImportValue": "x"},
}
MALFORMED: list[Any] = [
    *({"Fn::GetAtt": value} for value in ("Crm", [], ["Crm"], 5)),
    *({"Fn::Sub": value} for value in ([], {"Ref": "Crm"}, [5, {}])),
]
OWN = {"Fn::Sub": ["${Crm.Told}", {"Crm.Told": "x"}]}
LINTED = {
    "wrong": [template_of(properties) for properties, _ in WRONG],
    "unknown": [template_of({}, "Arn")],
    "right": [template_of({}), template_of(DEPLOYED), template_of({}, "ConnectorLabel")],
    "malformed": [template_of({}) | {"Outputs": {"O": {"Value": each}}} for each in MALFORMED],
    "own": [template_of({}) | {"Outputs": {"O": {"Value": OWN}}}],
}
Linted = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> Linted:
    """What cfn-lint says of each template: half of a run is its start."""
    found = iter(
        lint(
            tmp_path_factory.mktemp("linted"),
            [each for templates in LINTED.values() for each in templates],
        )
    )
    return {name: [next(found) for _ in templates] for name, templates in LINTED.items()}


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
def test_cfn_lint_finds_each_mistake_and_none_in_what_is_right(linted: Linted) -> None:
    assert linted["right"] == [[], [], []]
    (unknown,) = linted["unknown"]
    assert [text.split("'")[:2] for text in unknown] == [["E9511 ", "Arn"]] * 2
    for (properties, said), found in zip(WRONG, linted["wrong"], strict=True):
        assert any(text.startswith("E9510") and said in text for text in found), (properties, found)


@pytest.mark.slow
def test_references_in_no_form_of_cloudformations_are_left_to_cfn_lint(linted: Linted) -> None:
    found = [*linted["malformed"], *linted["own"]]
    assert not any("E9511" in text for texts in found for text in texts)
    for texts in linted["malformed"]:
        assert any(text.startswith("E6101") for text in texts)


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the CDK's validator says of each construct, by its path.

    Nearly all of a run is its start and what it does for each template, however small: one stack.
    """
    folder = tmp_path_factory.mktemp("validated")
    app = App(outdir=str(folder))
    stack = Stack(app, "Validated")
    for number, (properties, _) in enumerate(WRONG):
        add_resource(stack, f"Wrong{number}", properties)
    add_resource(stack, "Unknown", {}, "Arn")
    late = {"Description": Fn.import_value("x"), "ForceUnregister": True, "ServiceTimeout": 60}
    sub = Fn.sub("arn:${AWS::Partition}:lambda:eu-west-1:${AWS::AccountId}:function:crm")
    add_resource(stack, "Late", {**late, "LambdaArn": sub}, "ApiVersion")
    add_connector(stack)
    plugin = aws_cdk.CloudFormationValidatePlugin(rego_rules=[validation_rules()])
    aws_cdk.Validations.of(app).add_plugins(plugin)
    app.synth()
    found: dict[str, list[str]] = defaultdict(list)
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    for each in report["pluginReports"]:
        for violation in each["violations"]:
            for construct in violation["violatingConstructs"]:
                text = f"{violation['ruleName']} {violation['description']}"
                found[construct["constructPath"]].append(text)
    return dict(found)


def add_resource(
    stack: Stack, name: str, properties: dict[str, Any], attribute: str = "ConnectorArn"
) -> None:
    scope = Construct(stack, name)
    made = CfnResource(
        scope, "Crm", type=contract.RESOURCE_TYPE, properties={**RIGHT, **properties}
    )
    CfnOutput(scope, "Read", value=made.get_att(attribute).to_string())


def add_connector(stack: Stack) -> None:
    scope = Construct(stack, "Own")
    connector = CustomConnector(
        scope, "Crm", function=connector_function(scope), description="Customers"
    )
    CfnOutput(scope, "Label", value=connector.connector_label)
    CfnOutput(scope, "Version", value=connector.api_version)


@pytest.mark.slow
@has_plugin
def test_the_cdks_validator_finds_each_mistake(validated: dict[str, list[str]]) -> None:
    for number, (properties, said) in enumerate(WRONG):
        texts = validated[f"Validated/Wrong{number}/Crm"]
        assert any(text.startswith("AppFlowConnector-Properties") for text in texts), properties
        assert said in "".join(texts)
    assert validated["Validated/Unknown/Crm"] == [
        "AppFlowConnector-Attributes Arn is no attribute of Custom::AppFlowConnector"
    ]


@pytest.mark.slow
@has_plugin
def test_the_cdks_validator_accepts_what_is_known_at_deployment_only(
    validated: dict[str, list[str]],
) -> None:
    assert [path for path in validated if path.startswith("Validated/Late/")] == []


@pytest.mark.slow
@has_plugin
def test_the_cdks_validator_accepts_the_constructs_own_resource(
    validated: dict[str, list[str]],
) -> None:
    mistakes = ("Validated/Wrong", "Validated/Unknown/")
    own = [texts for path, texts in validated.items() if not path.startswith(mistakes)]
    texts = [text for each in own for text in each]
    assert [text for text in texts if text.startswith("AppFlowConnector-")] == []


def test_an_older_cdk_without_the_plugin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aws_cdk, "ValidationRuleSource", raising=False)
    with pytest.raises(RuntimeError, match="has no CloudFormationValidatePlugin: install a newer"):
        validation_rules()
