"""Flows that write through a custom connector."""

from __future__ import annotations

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match
from cdklabs import cdk_appflow as library

from cdk_appflow_connector.flows import CustomConnectorDestination, map_all
from harness.synth.creation_order import awaited_by
from harness.synth.templates import flat
from tests.constructs.flows.shop_flows import FLOW, Shop, operators_of, tasks_of

PROFILE = "AWS::AppFlow::ConnectorProfile"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def write_back_with_errors(shop: Shop, bucket: s3.IBucket) -> None:
    handling = library.ErrorHandlingConfiguration(
        error_location=library.S3Location(bucket=bucket, prefix="refused"), fail_on_first_error=True
    )
    shop.write_back(
        CustomConnectorDestination(
            shop.profile,
            "shop/orders",
            operation=library.WriteOperation.insert(),
            error_handling=handling,
        )
    )


def test_a_destination_names_the_operation_and_the_ids(shop: Shop) -> None:
    operation = library.WriteOperation.upsert(["id"])
    shop.write_back(
        CustomConnectorDestination(
            shop.profile, "shop/orders", operation=operation, settings={"mode": "strict"}
        )
    )
    (destination,) = shop.flow["DestinationFlowConfigList"]
    assert destination["ConnectorType"] == "CustomConnector"
    assert destination["ConnectorProfileName"] == {"Ref": shop.template.id_of(PROFILE)}
    assert flat(destination["ApiVersion"]).endswith(".ApiVersion}")
    assert destination["DestinationConnectorProperties"]["CustomConnector"] == {
        "EntityName": "shop/orders",
        "WriteOperationType": "UPSERT",
        "IdFieldNames": ["id"],
        "CustomProperties": {"mode": "strict"},
    }


def test_the_tasks_of_a_flow_from_s3_are_tasks_of_s3(shop: Shop) -> None:
    operation = library.WriteOperation.insert()
    shop.write_back(CustomConnectorDestination(shop.profile, "shop/orders", operation=operation))
    assert operators_of(shop.flow) == ["S3.PROJECTION", "S3.NO_OP", "S3.NO_OP"]
    (projection,) = tasks_of(shop.flow, "Filter")
    assert projection["SourceFields"] == ["Id", "Total"]


def test_refused_records_go_to_a_bucket_that_appflow_may_write_to_for_this_account(
    shop: Shop,
) -> None:
    write_back_with_errors(shop, s3.Bucket(shop.stack, "Errors"))
    template = shop.template
    (destination,) = shop.flow["DestinationFlowConfigList"]
    properties = destination["DestinationConnectorProperties"]["CustomConnector"]
    assert properties["ErrorHandlingConfig"] == {
        "BucketName": {"Ref": template.id_of("AWS::S3::Bucket", "Errors")},
        "BucketPrefix": "refused",
        "FailOnFirstError": True,
    }
    policy = template.the("AWS::S3::BucketPolicy", "Errors")["Properties"]["PolicyDocument"]
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "appflow.amazonaws.com"}
    assert "s3:PutObject" in statement["Action"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    policy_id = template.id_of("AWS::S3::BucketPolicy", "Errors")
    assert policy_id in awaited_by(template, template.id_of(FLOW))


def test_an_imported_bucket_for_refused_records_is_warned_of(shop: Shop) -> None:
    bucket = s3.Bucket.from_bucket_name(shop.stack, "Errors", "their-bucket")
    write_back_with_errors(shop, bucket)
    Annotations.from_stack(shop.stack).has_warning(
        "/Stack/WriteBack", Match.string_like_regexp("must let appflow.amazonaws.com write")
    )


def test_refused_records_are_encrypted_with_the_buckets_key(shop: Shop) -> None:
    errors = s3.Bucket(shop.stack, "Errors", encryption=s3.BucketEncryption.KMS)
    write_back_with_errors(shop, errors)
    policy = shop.template.the("AWS::KMS::Key", "Errors")["Properties"]["KeyPolicy"]
    statement = policy["Statement"][-1]
    assert statement["Principal"] == {"Service": "appflow.amazonaws.com"}
    assert statement["Action"] == ["kms:Encrypt", "kms:GenerateDataKey"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    key_id = shop.template.id_of("AWS::KMS::Key", "Errors")
    assert key_id in awaited_by(shop.template, shop.template.id_of(FLOW))


def test_an_imported_key_of_the_bucket_for_refused_records_is_warned_of(shop: Shop) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/theirs"
    key = kms.Key.from_key_arn(shop.stack, "Key", arn)
    write_back_with_errors(shop, s3.Bucket(shop.stack, "Errors", encryption_key=key))
    Annotations.from_stack(shop.stack).has_warning(
        "/Stack/WriteBack", Match.string_like_regexp("encrypt the records")
    )


def test_map_all_from_s3_is_a_task_of_s3(shop: Shop) -> None:
    library.OnDemandFlow(
        shop.stack,
        "WriteBack",
        source=library.S3Source(bucket=shop.bucket, prefix="orders"),
        destination=CustomConnectorDestination(
            shop.profile, "shop/orders", operation=library.WriteOperation.insert()
        ),
        mappings=[map_all()],
    )
    assert operators_of(shop.flow) == ["S3.NO_OP"]
