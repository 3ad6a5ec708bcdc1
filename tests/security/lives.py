"""A connector's whole life under given rights: the real provider against a local cloud's IAM."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import harness.model.appflow
from appflow_connector_provider import handler as provider_handler
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function, policy
from harness.cloud.data_connector import BUCKET, CONFIGURATION, CONNECTOR, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client
from harness.model.profiles import config, profile
from harness.provider.endpoint import ResponseEndpoint
from harness.provider.handler import Provider, VirtualTime, properties
from tests.security.rights import ACCOUNT, REGION, Granted, Rights, Statement, granted

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_CREDENTIALS = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "x"}}


_numbers = itertools.count(1)


class StepFailed(Exception):  # noqa: N818 - what a test expects, no error of its own
    """A step of a life that did not go as it must; its text says why."""


@dataclass
class Lives:
    """Connectors over one function in a local cloud, each with roles of its own."""

    cloud: Cloud
    endpoint: ResponseEndpoint
    time: VirtualTime
    function_arn: str
    granted: Granted

    def failure(self, label: str, rights: Rights) -> str:
        """Live one life; say which step failed first and why, or nothing."""
        wanted = properties(label, LambdaArn=self.function_arn)
        try:
            with self._acting_as(f"{label}-provider", rights["provider"]):
                self._register_and_update(label, wanted)
                self._connect(label, self._secrets(f"{label}-function", rights["function"]))
                self._unregister(label, wanted)
        except StepFailed as failed:
            return str(failed)
        finally:
            self._clear(label)
        return ""

    def create_alone(self, label: str) -> str:
        """Register a connector with all rights; say why that failed, or nothing."""
        try:
            with self._acting_as(f"{label}-provider", self.granted.of_label(label)["provider"]):
                self._answer("Create", properties(label, LambdaArn=self.function_arn))
        except StepFailed as failed:
            return str(failed)
        finally:
            self._clear(label)
        return ""

    def refusal(self, rights_of: str, kind: str, wanted: dict[str, Any], **members: Any) -> str:  # noqa: ANN401 - of an event
        """Deliver an event to a provider with the rights for one label; say why it failed."""
        provider = f"{rights_of}-provider-{next(_numbers)}"
        with self._acting_as(provider, self.granted.of_label(rights_of)["provider"]):
            try:
                self._answer(kind, wanted, **members)
            except StepFailed as failed:
                return str(failed)
        return ""

    @contextmanager
    def permission(self, statement: Mapping[str, str] | None) -> Iterator[None]:
        """Put another statement, or none, in place of the function's own for a while."""
        self._permit(statement)
        try:
            yield
        finally:
            self._permit(self.granted.permission)

    def _permit(self, statement: Mapping[str, str] | None) -> None:
        lambda_ = self.cloud.client("lambda")
        with suppress(lambda_.exceptions.ResourceNotFoundException):
            lambda_.remove_permission(FunctionName=self.function_arn, StatementId="AppFlow")
        if statement is not None:
            lambda_.add_permission(**statement, StatementId="AppFlow")

    def _register_and_update(self, label: str, wanted: dict[str, Any]) -> None:
        self._answer("Create", wanted)
        newer = {**wanted, "Revision": "2"}
        self._answer("Update", newer, PhysicalResourceId=label, OldResourceProperties=wanted)

    def _connect(self, label: str, secrets: Client) -> None:
        """Make a connector profile, whose secret the function must be able to read, and a flow."""
        appflow = self.cloud.client("appflow")
        given = config(_CREDENTIALS, region="eu")
        made = profile(f"p-{label}", connectorLabel=label, connectorProfileConfig=given)
        appflow.create_connector_profile(**made)
        flow = outward(f"f-{label}")
        flow["sourceFlowConfig"]["connectorProfileName"] = f"p-{label}"
        appflow.create_flow(**flow)
        found = appflow.describe_connector_profiles(connectorProfileNames=[f"p-{label}"])
        (details,) = found["connectorProfileDetails"]
        try:
            secrets.get_secret_value(SecretId=details["credentialsArn"])
        except ClientError as error:
            raise StepFailed(f"read the secret: {error}") from error

    def _unregister(self, label: str, wanted: dict[str, Any]) -> None:
        """Fail while the connector is used, naming by what, and succeed when it is not."""
        try:
            self._answer("Delete", wanted, PhysicalResourceId=label)
        except StepFailed as failed:
            if "UnregisterConnector: ConflictException" not in str(failed):
                raise
            for user in (f"p-{label}", f"f-{label}"):
                if user not in str(failed):
                    raise StepFailed(f"name the users: {failed}") from failed
        else:
            raise AssertionError("a connector in use was unregistered")
        self._clear_users(label)
        self._answer("Delete", wanted, PhysicalResourceId=label)

    def _answer(self, kind: str, wanted: dict[str, Any], **members: Any) -> None:  # noqa: ANN401
        provider = Provider(harness.model.appflow.Cloud(), self.endpoint, self.time)
        answer = provider.deliver(provider.event(kind, ResourceProperties=wanted, **members))
        if answer["Status"] == "FAILED":
            raise StepFailed(f"{kind}: {answer['Reason']}")

    @contextmanager
    def _acting_as(self, name: str, statements: list[Statement]) -> Iterator[None]:
        """Give the provider the credentials of a role that may do just this."""
        keys = self._assume(name, statements)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", keys["AccessKeyId"])
            patch.setenv("AWS_SECRET_ACCESS_KEY", keys["SecretAccessKey"])
            patch.setenv("AWS_SESSION_TOKEN", keys["SessionToken"])
            provider_handler._client.cache_clear()
            try:
                yield
            finally:
                provider_handler._client.cache_clear()

    def _secrets(self, name: str, statements: list[Statement]) -> Client:
        keys = self._assume(name, statements)
        return boto3.client(
            "secretsmanager",
            region_name=REGION,
            endpoint_url=self.cloud.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def _assume(self, name: str, statements: list[Statement]) -> dict[str, str]:
        iam = self.cloud.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]
        if statements:
            document = policy(*statements)
            iam.put_role_policy(RoleName=name, PolicyName="Own", PolicyDocument=document)
        sts = self.cloud.client("sts")
        assumed = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="life")
        keys: dict[str, str] = assumed["Credentials"]
        return keys

    def _clear_users(self, label: str) -> None:
        appflow = self.cloud.client("appflow")
        if f"f-{label}" in [flow["flowName"] for flow in appflow.list_flows()["flows"]]:
            appflow.delete_flow(flowName=f"f-{label}", forceDelete=True)
        found = appflow.describe_connector_profiles(maxResults=100)["connectorProfileDetails"]
        if f"p-{label}" in [details["connectorProfileName"] for details in found]:
            appflow.delete_connector_profile(connectorProfileName=f"p-{label}", forceDelete=True)

    def _clear(self, label: str) -> None:
        self._clear_users(label)
        if label in self.cloud.labels():
            self.cloud.client("appflow").unregister_connector(connectorLabel=label)


def lives(cloud: Cloud, endpoint: ResponseEndpoint, time: VirtualTime) -> Lives:
    """Create the connector's function and the bucket of its flows."""
    create_bucket(cloud, BUCKET)
    source = CONNECTOR.replace("CONFIGURATION", json.dumps(CONFIGURATION))
    arn = create_function(cloud, "rights", source)
    return Lives(cloud, endpoint, time, arn, granted(arn))
