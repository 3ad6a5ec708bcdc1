"""Refuses a function that is told what only its own registration knows.

The registration waits for the function. If the function, or its role, refers to an attribute of the
registration, CloudFormation refuses the template for a circular dependency that it can't explain.
"""

from __future__ import annotations

import json

import jsii
from aws_cdk import CfnElement, CfnResource, CustomResource
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct, IValidation

from cdk_appflow_connector.connector.revision import resource_of
from cdk_appflow_connector.environment import environment_of, node_of


@jsii.implements(IValidation)
class Circle:
    """The check of one connector, when the app is synthesised.

    Args:
        connector: the connector.
        function: its function.
        registration: its custom resource.
    """

    def __init__(
        self, connector: Construct, function: lambda_.IFunction, registration: CustomResource
    ) -> None:
        self._connector = connector
        self._function = function
        self._registration = registration
        self._profiles: list[CfnElement] = []
        self._is_watched = False

    def watch(self) -> None:
        """Check it: an attribute of the registration was read, and may be in the function."""
        if not self._is_watched:
            self._is_watched = True
            node_of(self._connector).add_validation(self)

    def include(self, resource: CfnElement) -> None:
        """Look for a profile, too: it waits for the registration."""
        self._profiles.append(resource)

    def validate(self) -> list[str]:
        """Return what is wrong, if anything."""
        resource = resource_of(self._function)
        here = environment_of(self._connector)
        # The CDK itself refuses a circle of two stacks.
        if resource is None or environment_of(resource).path != here.path:
            return []
        told = json.dumps(here.stack.resolve(_properties(resource, self._function.role)))
        later = [_element(self._registration), *self._profiles]
        ids = here.stack.resolve([each.logical_id for each in later])
        if not any(f'"{each}"' in told or f"${{{each}" in told for each in ids):
            return []
        return [
            f"The function {self._function.node.path!r}, or its role, refers to its own connector, "
            "by connector_label, connector_arn or another attribute, or to one of its profiles. "
            "The connector is registered after its function, so CloudFormation would refuse this "
            "as circular. Give the function the connector's label, which is known at synth "
            "(connector.label), or an ARN with it: Stack.of(connector).format_arn("
            "service='appflow', resource='connector', resource_name=connector.label)"
        ]


def _properties(function: lambda_.CfnFunction, role: iam.IRole | None) -> list[object]:
    """The properties of the function and of what it waits for: its role, and that one's policy."""
    waited = [role, role.node.try_find_child("DefaultPolicy")] if role else []
    resources = [function, *(_resource(each) for each in waited if each)]
    return [each._cfn_properties for each in resources if isinstance(each, CfnResource)]


def _resource(construct: IConstruct) -> IConstruct | None:
    return construct.node.default_child


def _element(construct: Construct) -> CfnElement:
    element = construct.node.default_child
    if not isinstance(element, CfnElement):
        raise TypeError(f"{construct.node.path} has no resource")
    return element
