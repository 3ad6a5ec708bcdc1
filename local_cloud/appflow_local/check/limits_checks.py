"""The area `limits`: times and sizes, of all calls that were made. To be looked at last."""

from __future__ import annotations

from collections.abc import Iterator

from appflow_local.appflow.connectors.connection import DATA_TIMEOUT, METADATA_TIMEOUT
from appflow_local.appflow.connectors.injection import LARGEST_ANSWER
from appflow_local.check.model import README, Check
from appflow_local.check.reply import Reply
from appflow_local.check.subject import Subject

_LIMITS = f"{README}, SDK Restrictions"
_DATA = ("QueryData", "RetrieveData", "WriteData")
_MOST_PRINTED = 64 * 1024
_MEGABYTE = 1024 * 1024


def _cold_start(subject: Subject) -> Iterator[str]:
    first = subject.replies[0]
    if first.timed_out:
        yield f"the first call took more than {METADATA_TIMEOUT:.0f} s"


def _cold_start_margin(subject: Subject) -> Iterator[str]:
    first = subject.replies[0]
    if not first.timed_out and first.milliseconds > METADATA_TIMEOUT * 500:
        yield f"the first call took {first.milliseconds / 1000:.1f} s"


def _later(subject: Subject, *, data: bool) -> list[Reply]:
    return [reply for reply in subject.replies[1:] if (reply.operation in _DATA) is data]


def _metadata(subject: Subject) -> Iterator[str]:
    if subject.replies[0].timed_out:
        return  # then each call may begin with a cold start
    for reply in _later(subject, data=False):
        if reply.timed_out:
            yield f"sent {reply.sent}; no answer in {METADATA_TIMEOUT:.0f} s"


def _data(subject: Subject) -> Iterator[str]:
    for reply in _later(subject, data=True):
        if reply.timed_out:
            yield f"sent {reply.sent}; no answer in {DATA_TIMEOUT:.0f} s"


def _margin(subject: Subject) -> Iterator[str]:
    for data, limit in ((False, METADATA_TIMEOUT), (True, DATA_TIMEOUT)):
        for reply in _later(subject, data=data):
            if not reply.timed_out and reply.milliseconds > limit * 500:
                yield f"sent {reply.sent}; it took {reply.milliseconds / 1000:.1f} s"


def _size(subject: Subject) -> Iterator[str]:
    for reply in subject.replies:
        if reply.is_too_large:
            yield f"sent {reply.sent}; the answer has {reply.size / _MEGABYTE:.1f} MB"


def _size_margin(subject: Subject) -> Iterator[str]:
    for reply in subject.replies:
        if not reply.is_too_large and reply.size > LARGEST_ANSWER * 0.95:
            yield f"sent {reply.sent}; the answer has {reply.size / _MEGABYTE:.1f} MB"


def _printed(subject: Subject) -> Iterator[str]:
    for reply in subject.replies:
        if len(reply.printed) >= _MOST_PRINTED:
            yield f"sent {reply.sent}; the function printed {len(reply.printed) // 1024} KB"


CHECKS = (
    Check("limits.cold-start", "error", "The first call is answered within 10 s", _LIMITS,
          "Import less, or give the function more memory", _cold_start),
    Check("limits.cold-start-margin", "warning", "The first call takes less than half of that",
          _LIMITS, "Import less: a function on Lambda may have less CPU", _cold_start_margin),
    Check("limits.metadata-time", "error", "Metadata is answered within 10 s", _LIMITS,
          "Set a timeout for the application's answers, and cut the work into pages", _metadata),
    Check("limits.data-time", "error", "Records are answered within 30 s", _LIMITS,
          "Set a timeout for the application's answers, and answer with smaller pages", _data),
    Check("limits.time-margin", "warning", "Calls take less than half of their limit", _LIMITS,
          "Answer with smaller pages", _margin),
    Check("limits.answer-size", "error", "Answers are smaller than 6 MB", _LIMITS,
          "Answer with smaller pages, counted in bytes", _size),
    Check("limits.size-margin", "warning", "Answers keep a distance from 6 MB", _LIMITS,
          "Answer with smaller pages, counted in bytes", _size_margin),
    Check("limits.printed", "warning", "A call prints less than 64 KB",
          "Amazon CloudWatch, pricing of logs", "Print less", _printed),
)  # fmt: skip
