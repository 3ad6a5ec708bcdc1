"""The default revision follows everything the connector's configuration can depend on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

Change = Callable[[lambda_.Function], object]


def revision_of(function_of: Callable[[Stack], lambda_.Function], change: Change = id) -> str:
    stack = Stack(unbundled_app(), "Stack")
    function = function_of(stack)
    CustomConnector(stack, "Orders", function=function)
    change(function)  # after the connector is made: the revision is read at synth
    revision: str = Synthesised(stack).the("Custom::AppFlowConnector")["Properties"]["Revision"]
    return revision


def asset_function(folder: Path, timeout: int = 3) -> Callable[[Stack], lambda_.Function]:
    return lambda stack: connector_function(
        stack, code=lambda_.Code.from_asset(str(folder)), timeout=Duration.seconds(timeout)
    )


def test_new_code_gives_a_new_revision(tmp_path: Path) -> None:
    source = tmp_path / "index.py"
    source.write_text("VERSION = 1")
    first = revision_of(asset_function(tmp_path))
    source.write_text("VERSION = 2")
    assert revision_of(asset_function(tmp_path)) != first


def test_the_same_code_gives_the_same_revision(tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text("VERSION = 1")
    assert revision_of(asset_function(tmp_path)) == revision_of(asset_function(tmp_path, timeout=9))


def test_an_environment_variable_gives_a_new_revision() -> None:
    def revision_with(url: str) -> str:
        return revision_of(connector_function, lambda found: found.add_environment("URL", url))

    revisions = {revision_with("https://one.test"), revision_with("https://two.test")}
    assert len(revisions | {revision_of(connector_function)}) == 3


def test_a_layer_gives_a_new_revision() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:driver:2"

    def add_layer(function: lambda_.Function) -> None:
        stack = Stack.of(function)
        function.add_layers(lambda_.LayerVersion.from_layer_version_arn(stack, "Layer", arn))

    assert revision_of(connector_function, add_layer) != revision_of(connector_function)


def test_a_layer_of_the_stack_gives_a_new_revision_with_each_of_its_versions(
    tmp_path: Path,
) -> None:
    (tmp_path / "driver.py").touch()
    stack = Stack(unbundled_app(), "Stack")
    code = lambda_.Code.from_asset(str(tmp_path))
    layer = lambda_.LayerVersion(stack, "Layer", code=code)
    function = connector_function(stack)
    CustomConnector(stack, "Orders", function=function)
    function.add_layers(layer)
    template = Synthesised(stack)
    # CloudFormation compares what these are at deployment: a new layer version has a new ARN.
    revision = template.the("Custom::AppFlowConnector")["Properties"]["Revision"]
    (digest, reference) = revision["Fn::Join"][1]
    assert re.fullmatch("[0-9a-f]{16}", digest)
    assert reference == {"Ref": template.id_of("AWS::Lambda::LayerVersion")}


def test_code_named_by_parameters_gives_a_new_revision_with_each_value() -> None:
    stack = Stack(unbundled_app(), "Stack")
    code = lambda_.Code.from_cfn_parameters()
    CustomConnector(stack, "Orders", function=connector_function(stack, code=code))
    revision = Synthesised(stack).the("Custom::AppFlowConnector")["Properties"]["Revision"]
    assert revision["Fn::Join"][1][1] == {"Ref": stack.resolve(code.object_key_param)}


def test_the_revision_refers_to_no_layer_of_another_stack(tmp_path: Path) -> None:
    (tmp_path / "driver.py").touch()
    app = unbundled_app()
    owner, stack = Stack(app, "Owner"), Stack(app, "Stack")
    code = lambda_.Code.from_asset(str(tmp_path))
    function = connector_function(owner)
    function.add_layers(lambda_.LayerVersion(owner, "Layer", code=code))
    CustomConnector(stack, "Orders", function=function)
    revision = Synthesised(stack).the("Custom::AppFlowConnector")["Properties"]["Revision"]
    assert re.fullmatch("[0-9a-f]{16}", revision)
