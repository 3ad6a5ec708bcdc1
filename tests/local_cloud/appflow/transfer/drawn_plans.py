"""Plans with tasks of every type, some of which end runs."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from appflow_local.appflow.transfer.fields import Field
from appflow_local.appflow.transfer.plan import Plan
from tests.local_cloud.appflow.transfer.json_values import TYPES
from tests.local_cloud.appflow.transfer.task_shapes import (
    MAP_ALL,
    Task,
    from_connector,
    projection,
    task,
)

_RULES = ("NON_NULL", "NON_ZERO", "NON_NEGATIVE", "NUMERIC")


def plans(
    names: Sequence[str], *, partitions: bool = False, defaults: bool = False
) -> st.SearchStrategy[Plan]:
    """Draw a plan for three fields; with a partition or with default values only if allowed."""
    drawn = definitions(names, partitions=partitions, defaults=defaults)
    return drawn.map(lambda each: from_connector(each[0], *each[1]))


@st.composite
def definitions(
    draw: st.DrawFn, names: Sequence[str], *, partitions: bool = False, defaults: bool = False
) -> tuple[list[Task], list[Field]]:
    """Draw the tasks and the fields of such a plan."""
    tasks = [projection(*names), *draw(_validations(names)), *draw(_changes(names))]
    made = draw(_made(names))
    tasks += [*made, *draw(_maps(names, made))]
    if partitions and draw(st.booleans()):
        tasks.append(task("Partition", draw(st.sampled_from(names))))
    fields = [Field(name, draw(st.sampled_from(TYPES))) for name in names]
    fields[0] = Field(names[0], fields[0].data_type, nullable=draw(st.integers(0, 3)) > 0)
    if defaults and draw(st.integers(0, 3)) == 0:
        fields[1] = Field(names[1], "String", nullable=draw(st.booleans()), default="7")
    return tasks, fields


@st.composite
def _validations(draw: st.DrawFn, names: Sequence[str]) -> list[Task]:
    return [
        task(
            "Validate",
            draw(st.sampled_from(names)),
            operator=f"VALIDATE_{rule}",
            VALIDATION_ACTION=draw(st.sampled_from([*["DropRecord"] * 4, "DropDataset"])),
        )
        for rule in draw(st.lists(st.sampled_from(_RULES), max_size=draw(st.sampled_from([0, 2]))))
    ]


@st.composite
def _changes(draw: st.DrawFn, names: Sequence[str]) -> list[Task]:
    field, tasks = st.sampled_from(names), []
    for name in draw(st.permutations(names))[: draw(st.sampled_from([0, 0, 1, 2]))]:
        mask = draw(st.sampled_from(["MASK_ALL", "MASK_FIRST_N", "MASK_LAST_N"]))
        value = draw(st.sampled_from(["*", "\u0301", "\U0001d4b3", '"']))
        tasks.append(task("Mask", name, operator=mask, MASK_LENGTH="2", MASK_VALUE=value))
    if draw(st.booleans()):
        tasks.append(task("Truncate", draw(field), TRUNCATE_LENGTH=draw(st.sampled_from("13"))))
    return tasks


@st.composite
def _made(draw: st.DrawFn, names: Sequence[str]) -> list[Task]:
    first, second, third = names
    kinds = st.sampled_from(["ADDITION", "SUBTRACTION", "MULTIPLICATION", "DIVISION"])
    tasks = []
    if draw(st.integers(0, 3)) == 0:
        tasks.append(task("Arithmetic", first, second, operator=draw(kinds), to="made"))
    if draw(st.integers(0, 9)) == 0:
        value = draw(st.sampled_from(["0", "1e999", "0.5"]))
        tasks.append(task("Arithmetic", second, operator=draw(kinds), to="more", VALUE=value))
    if draw(st.booleans()):
        form = f"${{{third}}}-${{{second}}}"
        tasks.append(task("Merge", second, third, to="merged", CONCAT_FORMAT=form))
    return tasks


@st.composite
def _maps(draw: st.DrawFn, names: Sequence[str], made: Sequence[Task]) -> list[Task]:
    tasks = [task("Map", each["destinationField"], to=each["destinationField"]) for each in made]
    if draw(st.integers(0, 4)) == 0:
        return [*tasks, MAP_ALL]
    for name in draw(st.permutations(names)) if draw(st.booleans()) else names:
        cast = draw(st.sampled_from([*[None] * 30, "String", *TYPES]))
        types = {} if cast is None else {"DESTINATION_DATA_TYPE": cast}
        to = draw(st.sampled_from([name, name, f"{name}.{name}", f'to "{name}"\\']))
        tasks.append(task("Map", name, to=to, **types))
    return tasks
