"""AppFlow behind a limit on its requests, as an account meets it on AWS."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .errors import ThrottlingException
from .wire import Request, Response, error_response


class _Service(Protocol):
    def handle(self, request: Request) -> Response: ...


@dataclass(frozen=True)
class RequestRate:
    """How many requests an account may make in a Region: so many a second, or a burst at once.

    Inferred: one limit for all operations. AWS publishes no figures for AppFlow's requests.
    """

    per_second: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> RequestRate:
        """Read ``RATE,BURST``, such as ``2,5``.

        Raises:
            ValueError: it is not that, or one of them is not positive.
        """
        rate, comma, burst = text.partition(",")
        try:
            parsed = cls(float(rate), int(burst))
        except ValueError:
            parsed = cls(0, 0)
        if not comma or not 0 < parsed.per_second < float("inf") or parsed.burst < 1:
            raise ValueError(f"{text!r} is no RATE,BURST: give two positive numbers, such as 2,5")
        return parsed

    def __str__(self) -> str:
        return f"{self.per_second:g},{self.burst}"


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class Throttled:
    """Answers what is beyond the rate with a ThrottlingException, the rest by the service.

    Args:
        service: AppFlow.
        rate: the limit.
        monotonic: seconds that never go back.
    """

    service: _Service
    rate: RequestRate
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], _Bucket] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._buckets = defaultdict(lambda: _Bucket(self.rate.burst, self.monotonic()))

    def handle(self, request: Request) -> Response:
        """Answer one HTTP request; never raises."""
        if self._admits(request):
            return self.service.handle(request)
        return error_response(ThrottlingException("Rate exceeded"))

    def _admits(self, request: Request) -> bool:
        with self._lock:
            bucket = self._buckets[request.caller.account_id, request.caller.region]
            now = self.monotonic()
            gained = (now - bucket.filled_at) * self.rate.per_second
            bucket.tokens, bucket.filled_at = min(self.rate.burst, bucket.tokens + gained), now
            if bucket.tokens < 1:
                return False
            bucket.tokens -= 1
            return True
