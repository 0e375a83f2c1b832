"""What stays broken is told when it breaks, ever more seldom while it lasts, and once when it is back."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass

import structlog

from engine.ports.world import Clock
from engine.time.span import HOUR, MINUTE

FIRST_AGAIN = 10 * MINUTE
"""Seconds after which something that is still broken is told of again; then twice as many, and so on."""
SELDOM = 6 * HOUR


@dataclass(slots=True)
class _Broken:
    since: float
    told: float
    wait: float = FIRST_AGAIN
    latest: float = 0.0
    times: int = 1


class Lasting:
    """Knows what is broken; safe to ask from any thread. Waiting is measured by the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._broken: dict[Hashable, _Broken] = {}
        self._log = structlog.get_logger("gatherly")

    def broke(
        self,
        event: str,
        error: str,
        *,
        level: str = "error",
        raised: BaseException | None = None,
        quiet: bool = False,
        **ids: str,
    ) -> None:
        """Take in that something went wrong, and tell it if it is time to.

        Args:
            event: what to call it.
            error: how it reads; another error of the same thing is the same trouble.
            level: how loud it is told.
            raised: what to tell the places of.
            quiet: whether its beginning was told otherwise.
            **ids: what it is about.
        """
        one, is_told = self._counted((event, *sorted(ids.items())), quiet)
        if is_told:
            lasting = {} if one.times == 1 else {"times": one.times, "seconds": round(one.told - one.since)}
            getattr(self._log, level)(event, **ids, error=error, **lasting, exc_info=raised)

    def _counted(self, key: Hashable, quiet: bool) -> tuple[_Broken, bool]:
        now = self._clock.monotonic()
        with self._lock:
            known = self._broken.get(key)
            if known is None:
                known = self._broken[key] = _Broken(now, now, latest=now)
                return known, not quiet
            known.times += 1
            known.latest = now
            if now - known.told < known.wait:
                return known, False
            known.told, known.wait = now, min(2 * known.wait, SELDOM)
            return known, True

    def mended(self, event: str, back: str | None = None, *, calm: float = 0, **ids: str) -> None:
        """Take in that it went well, and tell that it is back, if it was broken.

        Args:
            event: what it was called.
            back: what to call its end; None where that is told otherwise.
            calm: for how many seconds it must not have gone wrong: what works now and then is not back.
            **ids: what it is about.
        """
        if not self._broken:
            return
        key, now = (event, *sorted(ids.items())), self._clock.monotonic()
        with self._lock:
            known = self._broken.get(key)
            if known is None or now - known.latest < calm:
                return
            del self._broken[key]
        if back is not None:
            self._log.info(back, **ids, times=known.times, seconds=round(now - known.since))
