"""How often somebody may ask: a bucket a token or address that fills again by the minute."""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from engine.ports.world import Clock

MOST_BUCKETS = 10_000
MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """Counts requests; `per_minute` may come at once, then as many a minute. Safe between threads."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._most = float(per_minute)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: str) -> int:
        """Count one request; give the whole seconds to wait first, 0 where it may go on."""
        now = self._clock.monotonic()
        with self._lock:
            bucket = self._buckets.pop(who, None) or _Bucket(self._most, now)
            self._buckets[who] = bucket
            while len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
            bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._most / MINUTE)
            bucket.at = now
            if bucket.left >= 1:
                bucket.left -= 1
                return 0
            return math.ceil((1 - bucket.left) * MINUTE / self._most)
