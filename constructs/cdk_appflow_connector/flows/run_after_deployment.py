"""Runs a flow once after it is deployed, such as for a first load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_iam as iam
from aws_cdk import custom_resources as cr
from constructs import Construct, DependencyGroup, IDependable

from cdk_appflow_connector import validation
from cdk_appflow_connector.argument_types import check_given, check_given_type
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import ShownConstruct
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.flows.on_demand import check_on_demand, check_startable_from

_WHEN = "when the flow is to run once more"


class RunAfterDeployment(ShownConstruct, Construct):
    """Starts an on-demand flow once it is deployed, and again for each new revision.

    The deployment doesn't wait for the run, nor does it fail with it: `on_run_failed` tells of it.
    A deployment that is rolled back returns to the old revision, and so starts the flow again if
    it had started it.

    Example:
        ```python
        RunAfterDeployment(stack, "FirstLoad", flow=flow)
        ```

    Args:
        scope: the parent construct.
        construct_id: the id in the parent.
        flow: an on-demand flow.
        revision: a text. When it changes, the flow is started again. Default: ``1``, so that the
            flow is started by the first deployment only.
        execute_after: what else has to be deployed before. Default: the flow alone, with what it
            waits for itself.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the flow is scheduled, so that starting it would only activate it, or in another
            account or Region; the revision is empty.
    """

    @names_construct
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        flow: cdk_appflow.IFlow,
        revision: str = "1",
        execute_after: Sequence[IDependable] = (),
    ) -> None:
        check_on_demand(flow)
        check_startable_from(scope, flow, "a deployment")
        validation.check_revision(revision, _WHEN)
        advice = "give a list of constructs"
        check_given_type("execute_after", execute_after, (list, tuple), advice)
        for each in execute_after:
            if not isinstance(each, DependencyGroup):
                check_given("execute_after", each, "node", advice)
        super().__init__(scope, construct_id)
        self._flow, self._revision = flow, revision
        start = cr.AwsSdkCall(
            service="appflow",
            action="startFlow",
            parameters={"flowName": flow.name},
            physical_resource_id=cr.PhysicalResourceId.of(revision),
            output_paths=["executionId"],
        )
        rights = iam.PolicyStatement(actions=["appflow:StartFlow"], resources=[flow.arn])
        self._started = cr.AwsCustomResource(
            self,
            "Start",
            resource_type="Custom::AppFlowRun",
            install_latest_aws_sdk=False,
            on_update=start,  # and on creation
            policy=cr.AwsCustomResourcePolicy.from_statements([rights]),
        )
        # By its name alone, CloudFormation doesn't know that it has to be there.
        self._started.node.add_dependency(cast("IDependable", flow), *execute_after)

    @property
    def execution_id(self) -> str:
        """The id of the run that was started last."""
        return self._started.get_response_field("executionId")

    def _shown(self) -> dict[str, object]:
        return {"flow": self._flow.node.path, "revision": self._revision}
