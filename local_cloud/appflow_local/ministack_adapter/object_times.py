"""Lets S3's objects have the times of AppFlow's clock, by which a flow finds what is new.

MiniStack's other services keep the machine's time.
"""

from __future__ import annotations

from ministack.services import s3

from appflow_local.appflow.clock import Clock


def tell_time_by(clock: Clock) -> None:
    """Give S3 the time of a clock."""

    def now_iso() -> str:
        return f"{clock.now().replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"

    s3.now_iso = now_iso
