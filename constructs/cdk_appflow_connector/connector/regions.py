"""Tells of Regions in which AppFlow is not known to be."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synth_warnings import WarningId, inform

# Source: botocore's endpoints.json (a test compares them). AWS may be ahead of it.
REGIONS: Final = frozenset(
    {
        "af-south-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)


def inform_of_region(connector: Construct) -> None:
    """Show an information if the connector's Region is known, and not one with AppFlow."""
    here = environment_of(connector)
    if here.is_region_known and here.region not in REGIONS:
        inform(
            connector,
            WarningId.APPFLOW_NOT_IN_REGION,
            f"AppFlow is not known to be offered in the Region {here.region} (botocore's list of "
            "endpoints). If it is not, the registration fails with an EndpointConnectionError: "
            "deploy the stack to another Region",
        )
