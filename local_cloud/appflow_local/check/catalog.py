"""All checks."""

from __future__ import annotations

from appflow_local.check import (
    configuration_checks,
    credentials_checks,
    entities_checks,
    errors_checks,
    fields_checks,
    limits_checks,
    query_checks,
    retrieve_checks,
    settings_checks,
    write_checks,
)
from appflow_local.check.model import Check

CATALOG = (
    *configuration_checks.CHECKS,
    *settings_checks.CHECKS,
    *credentials_checks.CHECKS,
    *entities_checks.CHECKS,
    *fields_checks.CHECKS,
    *query_checks.CHECKS,
    *retrieve_checks.CHECKS,
    *write_checks.CHECKS,
    *errors_checks.CHECKS,
    *limits_checks.CHECKS,
)
_LOOK_BACK = ("settings.errors-name-settings", "credentials.not-printed", "credentials.not-told",
              "errors.success-flag", "errors.details", "errors.codes", "errors.messages",
              "errors.retry-after")  # fmt: skip


def in_order() -> list[Check]:
    """The checks as they are made: those that look at all calls come last."""
    back = [each for each in CATALOG if each.id in _LOOK_BACK or each.area == "limits"]
    return [each for each in CATALOG if each not in back] + back
