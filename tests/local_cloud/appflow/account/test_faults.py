"""Which calls a planned fault meets, and plans that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.account.faults import ERROR_CODES, KINDS, Fault, FaultError, Faults


def met(faults: Faults, calls: int, operation: str = "QueryData", label: str = "Shop") -> list[int]:
    """Return which of some calls fail, counted from 1."""
    return [
        number
        for number in range(1, calls + 1)
        if faults.meet(operation, label, has_page_before=True)
    ]


def planned(**changes: Any) -> Faults:  # noqa: ANN401 - of any member
    faults = Faults()
    faults.add(Fault(**{"operation": "QueryData", "kind": "crash", **changes}))
    return faults


def test_a_fault_meets_as_many_calls_as_it_is_planned_for() -> None:
    assert met(planned(times=2), 4) == [1, 2]


def test_a_fault_without_a_number_meets_every_call() -> None:
    assert met(planned(), 4) == [1, 2, 3, 4]


def test_a_fault_lets_calls_go_well_first() -> None:
    assert met(planned(after=2, times=1), 5) == [3]


def test_the_same_seed_spoils_the_same_calls_and_another_one_others() -> None:
    found = [met(planned(probability=0.5, seed=seed), 40) for seed in (7, 7, 8)]
    assert found[0] == found[1] != found[2]
    assert 5 < len(found[0]) < 35


def test_other_operations_and_other_connectors_are_left_alone() -> None:
    faults = planned(label="Shop")
    assert met(faults, 1, operation="WriteData") == []
    assert met(faults, 1, label="Crm") == []
    assert met(faults, 1) == [1]


def test_a_call_meets_one_fault_and_any_number_of_latencies() -> None:
    faults = planned(times=1)
    for kind, seconds in (("timeout", None), ("latency", 1.0), ("latency", 2.0)):
        faults.add(Fault("QueryData", kind, seconds=seconds))
    kinds = [each.kind for each in faults.meet("QueryData", "Shop", has_page_before=True)]
    assert kinds == ["crash", "latency", "latency"]
    assert [each.hits for each in faults.planned()] == [1, 0, 1, 1]


def test_the_same_page_waits_until_there_was_one() -> None:
    faults = planned(kind="same-page", times=1)
    assert faults.meet("QueryData", "Shop", has_page_before=False) == []
    assert met(faults, 2) == [1]


def test_a_first_page_is_a_call_that_goes_well() -> None:
    """Else `after=1` would spare the second page of two, too."""
    faults = planned(kind="same-page", times=1, after=1)
    assert faults.meet("QueryData", "Shop", has_page_before=False) == []
    assert met(faults, 2) == [1]


def test_one_fault_is_removed_by_its_number_or_all_of_them() -> None:
    faults = planned()
    second = faults.add(Fault("WriteData", "crash"))
    assert faults.clear(second.number) == 1
    assert [each.operation for each in faults.planned()] == ["QueryData"]
    assert (faults.clear(), faults.clear()) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"operation": "Query"}, "'Query' is no operation of a connector: give one of Describe"),
        ({"kind": "nonsense"}, "'nonsense' is no fault: give one of latency, timeout"),
        ({"kind": "same-page", "operation": "WriteData"}, "WriteData has no pages of records"),
        ({"times": 0}, "times is 0: give how many calls fail"),
        ({"times": "2"}, "times is '2': give a number"),
        ({"times": True}, "times is True: give a number"),
        ({"after": -1}, "after is -1"),
        ({"probability": 0}, "probability is 0: give more than 0"),
        ({"probability": 1.5}, "probability is 1.5: give more than 0"),
        ({"seed": None}, "seed is None: give a number"),
        ({"kind": "latency"}, "takes seconds"),
        ({"seconds": 3}, "takes seconds"),
        ({"kind": "latency", "seconds": 0}, "seconds is 0"),
        ({"kind": "latency", "seconds": float("nan")}, "seconds is nan"),
        ({"kind": "latency", "seconds": 10**400}, "give how late the answer is"),
        ({"retry_after": 3}, "crash has no retry_after"),
        ({"kind": "RateLimitExceeded", "retry_after": -3}, "retry_after is -3"),
        ({"message": "no"}, "crash has no message"),
        ({"label": 3}, "label is 3: give a text"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(FaultError) as caught:
        planned(**changes)
    assert problem in str(caught.value)


def test_every_kind_and_every_error_code_can_be_planned() -> None:
    for kind in (*KINDS, *ERROR_CODES):
        assert met(planned(kind=kind, seconds=1 if kind == "latency" else None), 1) == [1]
