"""What can be wrong with the tasks of a flow, and with a record on its way.

Exception
├── TaskError        the flow's definition: refused when it is created or when a run starts
│   └── TaskNotEmulated  AppFlow may accept it; the emulator doesn't
├── RecordRejected   one record is dropped; the run continues
└── FlowTerminated   the run ends

Known of CreateFlow (hashicorp/terraform-provider-awscc#338;
hashicorp/terraform-provider-aws#34508): the text `Task Validation Error: You must specify a
projection task or a MAP_ALL task`.
Inferred of CreateFlow (the same): other messages about tasks begin the same way.
"""

from __future__ import annotations


class TaskError(Exception):
    """The tasks are invalid; the message says what is wrong."""


class TaskNotEmulated(TaskError):  # noqa: N818 - a limit, not an error
    """The effect of the tasks isn't known well enough to emulate it.

    Args:
        what: what isn't emulated, as a sentence.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} This is a limit of the local emulator, not of Amazon AppFlow.")


class RecordRejected(Exception):  # noqa: N818 - what happened to the record
    """A validation drops the record; the run continues."""


class FlowTerminated(Exception):  # noqa: N818 - what happened to the run
    """A validation, or a value that the output can't hold, ends the run."""


def mistake(what: str) -> TaskError:
    """Return the error for invalid tasks."""
    return TaskError(f"Task Validation Error: {what}")


def limit(what: str) -> TaskNotEmulated:
    """Return the error for tasks whose effect isn't known well enough to emulate it."""
    return TaskNotEmulated(what)
