"""What AppFlow refuses on the local cloud, and what ends a run, is what the page says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest
from botocore.exceptions import ClientError

from harness.cloud.local_cloud import Cloud, free_port, running_cloud
from harness.model.runs import finished, mapped, message, task, to_s3
from tests.troubleshooting.failing_connector import connect, outward, with_password, with_token
from tests.troubleshooting.page import has, messages, stale, way_to

IDS = mapped("id")
INCREMENTAL = {
    "triggerType": "Scheduled",
    "triggerProperties": {
        "Scheduled": {"scheduleExpression": "rate(1hours)", "dataPullMode": "Incremental"}
    },
}


class Failing:
    """A cloud with the connector, in which each profile and flow has a name of its own."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.appflow = cloud, connect(cloud)
        self._count = 0

    def name(self) -> str:
        self._count += 1
        return f"failing-{self._count}"

    def profile(self, made: Mapping[str, Any]) -> None:
        self.appflow.create_connector_profile(**{**made, "connectorProfileName": self.name()})

    def flow(self, entity: str = "Order", **changes: object) -> str:
        name = self.name()
        self.appflow.create_flow(**outward(name, entity, **changes))
        return name

    def to_bucket(self, name: str) -> None:
        self.flow(destinationFlowConfigList=to_s3(bucketName=name))

    def run(self, entity: str = "Order", **changes: object) -> str:
        """Run a flow, and return what its record says."""
        name = self.flow(entity, **changes)
        self.appflow.start_flow(flowName=name)
        return message(finished(self.appflow, name))


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Failing]:
    with running_cloud(tmp_path_factory.mktemp("failing")) as cloud:
        yield Failing(cloud)


Refused: TypeAlias = Callable[[Failing], object]
Ended: TypeAlias = Callable[[Failing], str]


def bucket_abroad(failing: Failing) -> None:
    failing.cloud.client("s3", "eu-west-1").create_bucket(
        Bucket="failing-abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    failing.to_bucket("failing-abroad")


def bucket_without_a_policy(failing: Failing) -> None:
    failing.cloud.client("s3").create_bucket(Bucket="failing-closed")
    failing.to_bucket("failing-closed")


def other_bucket(failing: Failing) -> None:
    changed = outward(failing.flow(), destinationFlowConfigList=to_s3(bucketPrefix="other"))
    failing.appflow.update_flow(**changed)


def pulled_by_a_text(failing: Failing) -> str:
    source = outward("any")["sourceFlowConfig"]
    pull = {"incrementalPullConfig": {"datetimeTypeFieldName": "name"}}
    return failing.run(sourceFlowConfig={**source, **pull}, triggerConfig=INCREMENTAL)


def added(failing: Failing) -> str:
    operands = {"MATH_OPERATION_FIELDS_ORDER": "id,name"}
    total = task("Arithmetic", "id", "name", operator="ADDITION", to="sum", **operands)
    return failing.run(tasks=[*mapped("id", "name"), task("Map", "sum", to="sum"), total])


def validated(failing: Failing) -> str:
    rule = task("Validate", "name", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropDataset")
    return failing.run("Nameless", tasks=[*mapped("id", "name"), rule])


PROFILES: dict[str, Refused] = {
    "is not registered": lambda it: it.profile(with_password("any", "ann", label="Nobody")),
    "ValidateCredentials": lambda it: it.profile(with_password("any", "bob")),
    "grant type": lambda it: it.profile(
        with_token("any", "https://shop.example.com", "CLIENT_CREDENTIALS")
    ),
    "failed: …": lambda it: it.profile(with_token("any", f"https://localhost:{free_port()}/")),
    "no access_token": lambda it: it.profile(
        with_token("any", f"{it.cloud.url}/_ministack/health")
    ),
}
FLOWS: dict[str, Refused] = {
    "does not exist": lambda it: it.to_bucket("failing-nowhere"),
    "but the flow is in": bucket_abroad,
    "must allow appflow.amazonaws.com": bucket_without_a_policy,
    "a projection task": lambda it: it.flow(tasks=[task("Map", "id", to="id")]),
    "has no field": lambda it: it.flow(tasks=mapped("id", "colour")),
    "cannot be filtered by": lambda it: it.flow(
        tasks=[*IDS, task("Filter", "name", operator="CONTAINS", VALUE="A", DATA_TYPE="String")]
    ),
    "can not be updated": other_bucket,
}
RUNS: dict[str, Ended] = {
    "No valid response": lambda it: it.run("Crash"),
    "a record has none": lambda it: it.run("Gap"),
    "breaks the validation": validated,
    "is not a number": added,
    "incremental queries by the field": pulled_by_a_text,
}
BY_SECTION: dict[str, Mapping[str, object]] = {
    "Profiles and credentials": PROFILES,
    "Deployment of flows": FLOWS,
    "Runs": RUNS,
}


@pytest.mark.parametrize("message", messages("Profiles and credentials"))
def test_a_refused_profile_is_told_what_the_page_says(failing: Failing, message: str) -> None:
    with pytest.raises(ClientError) as caught:
        way_to(message, PROFILES)(failing)
    assert has(str(caught.value), message), f"it says: {caught.value}"


@pytest.mark.parametrize("message", messages("Deployment of flows"))
def test_a_refused_flow_is_told_what_the_page_says(failing: Failing, message: str) -> None:
    with pytest.raises(ClientError) as caught:
        way_to(message, FLOWS)(failing)
    assert has(str(caught.value), message), f"it says: {caught.value}"


@pytest.mark.parametrize("message", messages("Runs"))
def test_a_failed_run_is_told_what_the_page_says(failing: Failing, message: str) -> None:
    said = way_to(message, RUNS)(failing)
    assert has(said, message), f"it says: {said}"


@pytest.mark.parametrize("section", BY_SECTION)
def test_every_way_leads_to_a_message(section: str) -> None:
    assert stale(BY_SECTION[section], section) == []
