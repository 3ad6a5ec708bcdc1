"""What the page asks of MiniStack: to act as an account's root, and why stacks failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ministack.core import responses
from ministack.services import cloudformation

from appflow_local.appflow.host import Caller, Place
from appflow_local.ministack_adapter.host import requests_access_key
from appflow_local.page.onlooker import StackFailure

_MOST_EVENTS = 200
_FOLLOWS = ("cancelled", "Resource creation cancelled", "Rollback requested")


class Onlooker:
    """Looks at MiniStack for the page."""

    def home(self) -> Place:
        """Return the account and Region in which the cloud's owner works."""
        return responses.get_account_id(), responses.get_region()

    @contextmanager
    def as_root(self, place: Place) -> Iterator[Caller]:
        """Act as the root of an account in a Region, as the owner's own commands can."""
        account, region = place
        token = requests_access_key.set(account)  # twelve digits are an account's root
        try:
            with responses.request_scope(account, region):
                yield Caller(account, region, f"arn:aws:iam::{account}:root")
        finally:
            requests_access_key.reset(token)

    def stack_failures(self, place: Place) -> list[StackFailure]:
        """Return why resources failed, newest first; not those that failed with another."""
        with responses.request_scope(*place):
            events = [event for each in cloudformation._stack_events.values() for event in each]
        failed = [
            event
            for event in events
            if event.get("ResourceStatus", "").endswith("_FAILED")
            and not any(word in event.get("ResourceStatusReason", "") for word in _FOLLOWS)
            and event.get("ResourceType") != "AWS::CloudFormation::Stack"
        ]
        newest = sorted(failed, key=lambda event: str(event["Timestamp"]), reverse=True)
        return [_failure(event) for event in newest[:_MOST_EVENTS]]


def _failure(event: dict[str, str]) -> StackFailure:
    return StackFailure(
        id=event["EventId"],
        at=datetime.fromisoformat(event["Timestamp"].replace("Z", "+00:00")),
        stack=event["StackName"],
        resource=event["LogicalResourceId"],
        resource_type=event["ResourceType"],
        physical_id=event.get("PhysicalResourceId", ""),
        status=event["ResourceStatus"],
        reason=event.get("ResourceStatusReason", ""),
    )
