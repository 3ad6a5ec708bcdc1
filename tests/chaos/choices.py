"""What a random life of a stack is made of: properties, faults and other trouble."""

from __future__ import annotations

from hypothesis import strategies as st

from harness.model.appflow import FUNCTION_ARN
from harness.provider.cloudformation import Trouble
from harness.provider.endpoint import RESET
from harness.provider.faults import MODELLED, Fault
from harness.provider.handler import properties

LABELS = ("Orders", "Sales", "Stock")
SECOND_FUNCTION_ARN = f"{FUNCTION_ARN}-2"
OPERATIONS = tuple(MODELLED)

_PASSING = ("ThrottlingException", "InternalServerException", "lost request", "lost response")
_PASSING_LATE = (*_PASSING, "late error")

wanted_properties = st.builds(
    lambda label, function, description, revision, adopt, force: properties(
        label,
        LambdaArn=function,
        Description=description,
        Revision=revision,
        OnConflict="ADOPT" if adopt else None,
        ForceUnregister="true" if force else None,
    ),
    st.sampled_from(LABELS),
    st.sampled_from([FUNCTION_ARN, SECOND_FUNCTION_ARN]),
    st.sampled_from([None, "Orders", "Orders and invoices"]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
)

passing_faults = st.builds(
    Fault, st.sampled_from(OPERATIONS), st.sampled_from(_PASSING_LATE), st.integers(1, 3)
)
slow_answers = st.builds(
    Fault,
    st.sampled_from(OPERATIONS),
    st.sampled_from(["slow", "hang"]),
    # The last one takes up the function's time.
    st.sampled_from([1, 2, 200]),
    st.just(30.0),
)
# A refusal for good is the same for a second delivery of the request.
lasting_faults = st.sampled_from(OPERATIONS).flatmap(
    lambda operation: st.builds(
        Fault, st.just(operation), st.sampled_from(MODELLED[operation]), st.just(200)
    )
)
too_new = st.builds(
    Fault,
    st.sampled_from(["RegisterConnector", "UpdateConnectorRegistration"]),
    st.sampled_from(["AccessDeniedException", "ConnectorServerException"]),
    st.integers(1, 3),
)
# What answers a Delete must be true: nothing is deleted on the word of a liar.
lasting_truths = st.builds(
    Fault,
    st.sampled_from(OPERATIONS),
    st.sampled_from(["AccessDeniedException", "ThrottlingException", "InternalServerException"]),
    st.just(200),
)
kills = st.tuples(
    st.sampled_from(["before call", "after call", "before answer"]), st.integers(1, 3)
)
late_writes = st.builds(
    Fault,
    st.sampled_from(["RegisterConnector", "UpdateConnectorRegistration"]),
    st.just("late"),
    st.integers(1, 2),
    st.sampled_from([3.0, 12.0, 29.0]),
)
overlap_faults = st.lists(passing_faults | late_writes, max_size=3).map(tuple)
# Seconds until a sibling fails; and in which a connector is not visible yet.
cancelled_after = st.sampled_from([0.3, 2.0, 5.0, 20.0, 60.0])
invisible_for = st.sampled_from([0.0, 0.0, 1.0, 5.0])
refusals = st.lists(st.sampled_from([403, 500, RESET]), max_size=3).map(tuple)


def troubles(faults: st.SearchStrategy[Fault], most_kills: int) -> st.SearchStrategy[Trouble]:
    return st.builds(
        Trouble,
        st.lists(faults, max_size=3).map(tuple),
        refusals,
        st.lists(kills, max_size=most_kills).map(tuple),
        st.integers(0, 2),
    )


any_trouble = troubles(passing_faults | slow_answers | too_new | lasting_faults, 3)
delete_trouble = troubles(passing_faults | slow_answers | lasting_truths, 3)
passing_trouble = troubles(passing_faults, 2)
