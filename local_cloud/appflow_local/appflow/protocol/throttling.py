"""Limits the rate of requests, as AWS does for each account."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from appflow_local.appflow.protocol.errors import ThrottlingException
from appflow_local.appflow.protocol.request_rate import RequestRate
from appflow_local.appflow.protocol.wire import Request, Response, error_response


class _Service(Protocol):
    def handle(self, request: Request) -> Response: ...


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class Throttled:
    """Answers requests beyond the rate with ThrottlingException, and passes on the others.

    Args:
        service: AppFlow.
        rate: the limit.
        monotonic: returns seconds that never go back.
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
            bucket = self._buckets[request.caller.place]
            now = self.monotonic()
            gained = (now - bucket.filled_at) * self.rate.per_second
            bucket.tokens, bucket.filled_at = min(self.rate.burst, bucket.tokens + gained), now
            if bucket.tokens < 1:
                return False
            bucket.tokens -= 1
            return True
