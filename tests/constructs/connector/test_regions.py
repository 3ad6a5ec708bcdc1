"""Regions without AppFlow are told of, because a deployment there fails late."""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import pytest
from aws_cdk import Environment, Stack
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.connector.regions import REGIONS
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function


def told(region: str | None) -> list[tuple[str, str]]:
    stack = Stack(unbundled_app(), "Stack", env=Environment(region=region))
    CustomConnector(stack, "Orders", function=connector_function(stack))
    found = Annotations.from_stack(stack).find_info("*", Match.any_value())
    return [(each.id, str(each.entry.data)) for each in found]


def test_the_regions_are_those_that_botocore_knows() -> None:
    file = Path(botocore.__file__).with_name("data") / "endpoints.json"
    partitions = json.loads(file.read_text(encoding="utf-8"))["partitions"]
    endpoints = [each["services"].get("appflow", {}).get("endpoints", {}) for each in partitions]
    known = {name for found in endpoints for name in found if not name.startswith("fips-")}
    assert known == REGIONS


@pytest.mark.parametrize("region", ["eu-north-1", "cn-north-1", "us-gov-west-1"])
def test_a_region_without_appflow_is_told_of_with_an_id(region: str) -> None:
    ((path, text),) = told(region)
    assert path == "/Stack/Orders"
    assert region in text
    assert text.endswith("[ack: cdk-appflow-connector:appflowNotInRegion]")


@pytest.mark.parametrize("region", ["eu-west-1", None], ids=["with AppFlow", "unknown"])
def test_other_regions_are_not(region: str | None) -> None:
    assert told(region) == []
