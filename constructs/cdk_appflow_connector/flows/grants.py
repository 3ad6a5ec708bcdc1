"""Rights to run a flow, and to look at it."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from cdk_appflow_connector.argument_types import check_grantee
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.flows.argument_checks import check_flow
from cdk_appflow_connector.flows.library import cdk_appflow

# Source: Service Authorization Reference: all four take a flow's ARN.
_READ = ("appflow:DescribeFlow", "appflow:DescribeFlowExecutionRecords")
_RUN = ("appflow:StartFlow", "appflow:StopFlow", *_READ)


@names_construct
def grant_run(flow: cdk_appflow.IFlow, grantee: iam.IGrantable) -> iam.Grant:
    """Let a principal start, stop and look at this flow, and no other.

    AppFlow itself uses the flow's connector profile, buckets and connector.

    Example:
        ```python
        grant_run(flow, role)
        ```

    Raises:
        TypeError: the flow or the grantee is none.
    """
    return _grant(flow, grantee, _RUN)


@names_construct
def grant_read(flow: cdk_appflow.IFlow, grantee: iam.IGrantable) -> iam.Grant:
    """Let a principal look at this flow and its runs, and at no other.

    Example:
        ```python
        grant_read(flow, role)
        ```

    Raises:
        TypeError: the flow or the grantee is none.
    """
    return _grant(flow, grantee, _READ)


def _grant(flow: cdk_appflow.IFlow, grantee: iam.IGrantable, actions: tuple[str, ...]) -> iam.Grant:
    check_flow(flow)
    check_grantee(grantee)
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=list(actions), resource_arns=[flow.arn]
    )
