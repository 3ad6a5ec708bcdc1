"""What a change set doesn't tell, it says that it doesn't: the CDK CLI then looks no further."""

from __future__ import annotations

import json

from harness.cloud.local_cloud import Cloud

# The CDK CLI looks for this.
WARNING = "[WARN] --include-property-values option can return incomplete ChangeSet data"
TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def test_a_change_set_without_values_says_so_when_it_is_asked_for_them(own_cloud: Cloud) -> None:
    cloudformation = own_cloud.client("cloudformation")
    names = {"StackName": "Described", "ChangeSetName": "first"}
    cloudformation.create_change_set(
        **names, ChangeSetType="CREATE", TemplateBody=json.dumps(TEMPLATE)
    )
    plain = cloudformation.describe_change_set(**names)
    asked = cloudformation.describe_change_set(**names, IncludePropertyValues=True)
    assert WARNING in asked["StatusReason"]
    assert not plain.get("StatusReason")
    assert asked["Changes"] == plain["Changes"]
    assert asked["Status"] == plain["Status"] == "CREATE_COMPLETE"
    cloudformation.execute_change_set(**names)
    assert own_cloud.settle("Described") == "CREATE_COMPLETE"
    cloudformation.create_change_set(
        StackName="Described", ChangeSetName="second", TemplateBody=json.dumps(TEMPLATE)
    )
    failed = cloudformation.describe_change_set(
        StackName="Described", ChangeSetName="second", IncludePropertyValues=True
    )
    assert failed["Status"] == "FAILED"
    assert "didn't contain changes" in failed["StatusReason"]
