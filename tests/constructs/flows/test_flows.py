"""Flows of cdklabs' library that use custom connectors, as AppFlow accepts them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_iam as iam
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorProfile, CustomConnector, IConnectorProfile
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    grant_read,
    grant_run,
    map_all,
)
from harness.synth.creation_order import awaited_by
from harness.synth.templates import Synthesised, flat
from tests.constructs.flows.shop_flows import FLOW, Shop, operators_of, tasks_of

PROFILE = "AWS::AppFlow::ConnectorProfile"
CONNECTOR = "Custom::AppFlowConnector"
PRICE = library.Field(name="price", data_type="Double")


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_source_names_the_profile_the_entity_and_the_registered_api_version(shop: Shop) -> None:
    shop.export()
    source = shop.flow["SourceFlowConfig"]
    assert source["ConnectorType"] == "CustomConnector"
    assert source["ConnectorProfileName"] == {"Ref": shop.template.id_of(PROFILE)}
    assert flat(source["ApiVersion"]) == f"${{{shop.template.id_of(CONNECTOR)}.ApiVersion}}"
    assert source["SourceConnectorProperties"] == {"CustomConnector": {"EntityName": "shop/orders"}}
    assert shop.flow["TriggerConfig"] == {"TriggerType": "OnDemand"}


def test_a_source_takes_settings_and_an_api_version(shop: Shop) -> None:
    source = CustomConnectorSource(
        shop.profile, "shop/orders", api_version="v1", settings={"pageSize": "100"}
    )
    shop.export(source=source)
    config = shop.flow["SourceFlowConfig"]
    assert config["ApiVersion"] == "v1"
    properties = config["SourceConnectorProperties"]["CustomConnector"]
    assert properties["CustomProperties"] == {"pageSize": "100"}


def test_a_flow_waits_for_everything_that_its_first_run_needs(shop: Shop) -> None:
    shop.export()
    template = shop.template
    assert awaited_by(template, template.id_of(FLOW)) >= {
        template.id_of(PROFILE),
        template.id_of(CONNECTOR),
        template.id_of("AWS::Lambda::Permission"),
        template.id_of("AWS::IAM::Role", "FunctionServiceRole"),
        template.id_of("AWS::S3::BucketPolicy"),
    }


def test_map_all_takes_every_field_but_those_excluded(shop: Shop) -> None:
    shop.export([map_all(exclude=["secret", 'quote"d'])])
    (task,) = shop.flow["Tasks"]
    assert task["TaskType"] == "Map_all"
    assert task["SourceFields"] == []
    assert task["ConnectorOperator"] == {"CustomConnector": "NO_OP"}
    excluded = {"Key": "EXCLUDE_SOURCE_FIELDS_LIST", "Value": '["secret", "quote\\"d"]'}
    assert task["TaskProperties"] == [excluded]


def test_map_all_excludes_nothing_by_default(shop: Shop) -> None:
    shop.export()
    (task,) = shop.flow["Tasks"]
    assert task["TaskProperties"] == [{"Key": "EXCLUDE_SOURCE_FIELDS_LIST", "Value": "[]"}]


def test_map_all_with_a_filter_projects_no_field_away(shop: Shop) -> None:
    condition = library.FilterCondition.number_greater_than(PRICE, 10)
    shop.export([map_all()], [library.Filter.when(condition)])
    assert operators_of(shop.flow) == ["CustomConnector.NO_OP", "CustomConnector.GREATER_THAN"]


def test_mapped_and_filtered_fields_are_projected(shop: Shop) -> None:
    mapping = library.Mapping.map(library.Field(name="id"), name="OrderId")
    condition = library.FilterCondition.number_less_than(PRICE, 10)
    shop.export([mapping], [library.Filter.when(condition)])
    (projection,) = (t for t in shop.flow["Tasks"] if "PROJECTION" in str(t))
    assert projection["SourceFields"] == ["id", "price"]
    (mapped,) = tasks_of(shop.flow, "Map")
    assert (mapped["SourceFields"], mapped["DestinationField"]) == (["id"], "OrderId")


@pytest.mark.parametrize(
    ("condition", "operator", "properties"),
    [
        (lambda: library.FilterCondition.number_equals(PRICE, 5), "EQUAL_TO", {"VALUE": "5"}),
        (
            lambda: library.FilterCondition.string_equals(
                library.Field(name="city", data_type="String"), ["Bern", "Basel"]
            ),
            "EQUAL_TO",
            {"VALUES": "Bern,Basel"},
        ),
        (
            lambda: library.FilterCondition.string_contains(
                library.Field(name="city", data_type="String"), "B"
            ),
            "CONTAINS",
            {"VALUE": "B"},
        ),
        (
            lambda: library.FilterCondition.boolean_not_equals(
                library.Field(name="paid", data_type="Boolean"), True
            ),
            "NOT_EQUAL_TO",
            {"VALUE": "true"},
        ),
    ],
)
def test_a_filter_is_an_operator_of_custom_connectors(
    shop: Shop,
    condition: Callable[[], library.FilterCondition],
    operator: str,
    properties: dict[str, str],
) -> None:
    shop.export([map_all()], [library.Filter.when(condition())])
    (task,) = tasks_of(shop.flow, "Filter")
    assert task["ConnectorOperator"] == {"CustomConnector": operator}
    given = {each["Key"]: each["Value"] for each in task["TaskProperties"]}
    assert {"DATA_TYPE": given["DATA_TYPE"], **properties} == given


def imported_profile(stack: Stack, api_version: str | None) -> IConnectorProfile:
    connector = CustomConnector.from_connector_label(
        stack, "Imported", "Orders", api_version=api_version
    )
    return ConnectorProfile.from_profile_name(stack, "Theirs", "theirs", connector=connector)


def test_an_imported_connector_gives_the_api_version_that_it_was_imported_with(shop: Shop) -> None:
    shop.export(source=CustomConnectorSource(imported_profile(shop.stack, "v7"), "orders"))
    config = shop.flow["SourceFlowConfig"]
    assert (config["ApiVersion"], config["ConnectorProfileName"]) == ("v7", "theirs")


def test_a_flow_must_name_an_api_version_if_its_connector_was_imported_without_one(
    shop: Shop,
) -> None:
    profile = imported_profile(shop.stack, None)
    assert CustomConnectorSource(profile, "orders", api_version="v1")
    with pytest.raises(ValueError, match=r"missing, and the connector .Stack.* was imp"):
        CustomConnectorSource(profile, "orders")
    with pytest.raises(ValueError, match="api_version is missing"):
        CustomConnectorDestination(profile, "orders", operation=library.WriteOperation.insert())


@pytest.mark.parametrize("entity", ["order items", "", "e" * 1025, "a\nb"])
def test_an_entity_that_appflow_refuses_is_refused(shop: Shop, entity: str) -> None:
    with pytest.raises(ValueError, match="entity"):
        CustomConnectorSource(shop.profile, entity)
    with pytest.raises(ValueError, match="entity"):
        CustomConnectorDestination(shop.profile, entity, operation=library.WriteOperation.insert())


def test_a_setting_with_white_space_is_refused(shop: Shop) -> None:
    with pytest.raises(ValueError, match=r"settings\['where'\] 'a = 1' holds white space"):
        CustomConnectorSource(shop.profile, "shop/orders", settings={"where": "a = 1"})


def test_an_entity_may_be_a_parameter(shop: Shop) -> None:
    entity = CfnParameter(shop.stack, "Entity").value_as_string
    assert CustomConnectorSource(shop.profile, entity)


def test_a_flow_without_a_mapping_is_refused(shop: Shop) -> None:
    shop.export(mappings=[])
    with pytest.raises(RuntimeError, match="A Flow must have at least one mapping"):
        Synthesised(shop.stack)


@pytest.mark.parametrize(
    ("grant", "actions"),
    [
        (
            grant_run,
            {"StartFlow", "StopFlow", "DescribeFlow", "DescribeFlowExecutionRecords"},
        ),
        (grant_read, {"DescribeFlow", "DescribeFlowExecutionRecords"}),
    ],
)
def test_a_grant_is_for_one_flow_and_its_own_actions(
    shop: Shop,
    grant: Callable[[library.IFlow, iam.IGrantable], iam.Grant],
    actions: set[str],
) -> None:
    role = iam.Role(shop.stack, "Runner", assumed_by=iam.AccountRootPrincipal())
    grant(shop.export(), role)
    (statement,) = shop.template.statements("Runner")
    assert set(statement["Action"]) == {f"appflow:{action}" for action in actions}
    assert flat(statement["Resource"]) == f"${{{shop.template.id_of(FLOW)}.FlowArn}}"


@pytest.fixture(scope="module")
def imported() -> subprocess.CompletedProcess[str]:
    """Another Python, which imports the other constructs, and flows where the library is none."""
    code = (
        "import sys, cdk_appflow_connector;"
        "print(*{'cdklabs', 'boto3', 'botocore'} & sys.modules.keys());"
        "sys.modules['cdklabs'] = None; import cdk_appflow_connector.flows"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_importing_flows_without_the_library_says_what_to_install(
    imported: subprocess.CompletedProcess[str],
) -> None:
    assert "pip install 'cdk-appflow-connector[flows]'" in imported.stderr.splitlines()[-1]


def test_the_other_constructs_import_neither_the_library_nor_an_aws_sdk(
    imported: subprocess.CompletedProcess[str],
) -> None:
    assert imported.stdout == "\n"
