"""When schedules are due, without flows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from appflow_local.appflow.flow_definition.run_times import ScheduleError, ScheduleNotEmulated
from appflow_local.appflow.flow_definition.schedule import Schedule, read_schedule

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)  # a Friday
HOUR = timedelta(hours=1)


def schedule(expression: str, **properties: object) -> Schedule:
    return read_schedule({"scheduleExpression": expression, **properties})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("expression", "rate"),
    [
        ("rate(5minutes)", timedelta(minutes=5)),
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1minute)", timedelta(minutes=1)),
        ("rate(3hours)", 3 * HOUR),
        ("rate( 1 day )", 24 * HOUR),
        ("rate(2weeks)", 14 * 24 * HOUR),
    ],
)
def test_a_rate_runs_at_once_and_then_keeps_its_period(expression: str, rate: timedelta) -> None:
    found = schedule(expression)
    assert found.first(NOW) == NOW
    assert found.following(NOW, NOW + timedelta(seconds=9)) == NOW + rate


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ("0/5 * * * ? *", "2026-01-02T03:05:00"),
        ("0 1 * * ? *", "2026-01-03T01:00:00"),
        ("15 10 ? * 2-6 *", "2026-01-02T10:15:00"),
        ("0 9 ? * 2#1 *", "2026-01-05T09:00:00"),
        ("0 18 ? * SUN *", "2026-01-04T18:00:00"),
        ("0 0 ? * 1 *", "2026-01-04T00:00:00"),
        ("0 0 ? * 7 *", "2026-01-03T00:00:00"),
        ("0 0 ? * L *", "2026-01-03T00:00:00"),
        ("0 0 ? * 6L *", "2026-01-30T00:00:00"),
        ("0 0 L * ? *", "2026-01-31T00:00:00"),
        ("0 0 1 jul ? 2027", "2027-07-01T00:00:00"),
    ],
)
def test_cron_expressions_are_awss_and_in_utc(fields: str, first: str) -> None:
    assert schedule(f"cron({fields})").first(NOW) == at(first)


def test_a_cron_expression_that_is_due_now_runs_now() -> None:
    assert schedule("cron(0 3 * * ? *)").first(at("2026-01-02T03:00:00")) == at(
        "2026-01-02T03:00:00"
    )


@pytest.mark.parametrize("fields", ["0 0 1 1 ? 2025", "0 0 31 2 ? *"])
def test_a_cron_expression_may_never_be_due(fields: str) -> None:
    assert schedule(f"cron({fields})").first(NOW) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "daily",
        "rate(0minutes)",
        "rate(30seconds)",
        "rate(-5minutes)",
        "rate(5)",
        "rate(99999999999999999999days)",
        "rate(0months)",
        "rate(999months)",
        "at(tomorrow)",
        "at(2026-02-30T00:00:00)",
        "cron()",
        "cron(0 0 * * *)",
        "cron(0 0 * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(60 0 * * ? *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 2#9 *)",
        "cron(0 0 99W * ? *)",
        "cron(R * * * ? *)",
        "cron(@daily)",
    ],
)
def test_an_expression_that_makes_no_sense_is_an_error(expression: str) -> None:
    with pytest.raises(ScheduleError):
        schedule(expression)


@pytest.mark.parametrize("expression", ["rate(1year)", "cron(0 0 1W * ? *)", "cron(0 0 LW * ? *)"])
def test_an_expression_that_nobody_has_seen_is_not_emulated(expression: str) -> None:
    with pytest.raises(ScheduleNotEmulated):
        schedule(expression)


def test_a_month_ends_on_its_last_day() -> None:
    found = schedule("rate(1month)")
    assert found.first(NOW) == NOW
    assert found.following(at("2026-01-31T09:00:00"), NOW) == at("2026-02-28T09:00:00")
    assert found.following(at("2025-11-15T09:00:00"), NOW) == at("2026-01-15T09:00:00")
    assert found.times.frequency == "MONTHLY"


def test_a_schedule_of_one_time_runs_then_and_never_again() -> None:
    found = schedule("at(2026-01-31T09:00:00)")
    time = at("2026-01-31T09:00:00")
    assert found.first(NOW) == time
    assert found.following(time, time) is None
    assert found.first(time + HOUR) is None
    assert found.times.frequency == "ONCE"


def test_start_and_end_are_a_window() -> None:
    start, end = NOW + HOUR, NOW + 3 * HOUR
    times = {"scheduleStartTime": start.timestamp(), "scheduleEndTime": end.timestamp()}
    found = schedule("rate(1hours)", **times)
    assert found.first(NOW) == start
    assert found.following(start, start) == start + HOUR
    assert found.following(end, end) is None
    assert found.first(end + HOUR) is None
    cron = schedule("cron(30 * * * ? *)", **times)
    assert cron.first(NOW) == at("2026-01-02T04:30:00")
    assert cron.following(at("2026-01-02T05:30:00"), NOW) is None


def test_a_start_that_has_passed_is_as_none() -> None:
    assert schedule("rate(1hours)", scheduleStartTime=0).first(NOW) == NOW


def test_the_end_must_be_after_the_start() -> None:
    with pytest.raises(ScheduleError, match="must be after"):
        schedule("rate(1hours)", scheduleStartTime=10, scheduleEndTime=10)


@pytest.mark.parametrize("time", [1e20, -1e20, float("nan"), float("inf")])
def test_a_start_time_must_be_a_time(time: float) -> None:
    with pytest.raises(ScheduleError, match="scheduleStartTime is not a time"):
        schedule("rate(1hours)", scheduleStartTime=time)


@pytest.mark.parametrize("expression", ["rate(1hours)", "cron(4 * * * ? *)"])
def test_runs_that_were_missed_are_left_out(expression: str) -> None:
    found = schedule(expression)
    due = at("2026-01-02T03:04:00")
    assert found.following(due, due + 5 * HOUR + timedelta(minutes=30)) == due + 6 * HOUR


def test_a_complete_pull_has_no_bounds() -> None:
    assert schedule("rate(1hours)").pull_window(NOW, None) == (None, None)


def test_incremental_pulls_follow_each_other_up_to_the_offset() -> None:
    found = schedule("rate(1hours)", dataPullMode="Incremental", scheduleOffset=600)
    offset = timedelta(minutes=10)
    first = found.pull_window(NOW, None)
    assert first == (NOW - timedelta(days=30), NOW - offset)
    assert found.pull_window(NOW + HOUR, first[1]) == (NOW - offset, NOW + HOUR - offset)


def test_the_first_pull_may_begin_elsewhere() -> None:
    begin = NOW - timedelta(days=365)
    found = schedule(
        "rate(1hours)", dataPullMode="Incremental", firstExecutionFrom=begin.timestamp()
    )
    assert found.pull_window(NOW, None) == (begin, NOW)
    assert found.pull_window(NOW + HOUR, NOW) == (NOW, NOW + HOUR)
