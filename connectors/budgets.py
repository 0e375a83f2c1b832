"""Budgets of requests within one process; what a store adds is that other daemons share them."""

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from engine.errors import HeldBackError
from engine.model.operations import Budget
from engine.operations import budgets
from engine.operations.budgets import Limit
from engine.ports.budgets import Budgets
from engine.ports.world import Clock


class HeldBudgets:
    """`engine.ports.budgets.Budgets` for one process; safe to share between threads and connectors."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, Budget] = {}
        self._turns: dict[str, threading.BoundedSemaphore] = {}

    def take(self, limits: Sequence[Limit], patience: float) -> None:
        """Take one request of each, waiting where a minute's worth is spent."""
        self.learn([limit.name for limit in limits])
        with self._lock:
            wait = self._reserve(limits, patience)
        for limit in limits:
            self.spent(limit)
        if wait > 0 and self._clock.wait(wait):
            raise HeldBackError("gatherly stops; the account is asked again later", retry_after=1)

    def turn(self, name: str, most: int) -> AbstractContextManager[object]:
        """Have at most so many requests under way at once."""
        with self._lock:
            return self._turns.setdefault(name, threading.BoundedSemaphore(most))

    def pause(self, name: str) -> int:
        """Tell for how many seconds more nobody is to ask."""
        self.learn([name])
        with self._lock:
            return budgets.pause_of(self._budget(name), self._clock.now())

    def refused(self, name: str, asked: int | None, floor: int) -> int:
        """Note a refusal; gives the seconds for which the budget is left alone."""
        with self._lock:
            now = self._clock.now()
            self._held[name] = budgets.refused(self._budget(name), asked, now, floor)
            return budgets.pause_of(self._held[name], now)

    def refused_in(self, name: str, part: str, asked: int | None, floor: int) -> int:
        """Note the refusal of one part of a budget; gives the seconds for which all of it rests."""
        with self._lock:
            now = self._clock.now()
            self._held[name] = budgets.refused_in(self._budget(name), part, asked, now, floor)
            return budgets.pause_of(self._held[name], now)

    def served(self, name: str) -> None:
        """Note an answer that is no refusal."""
        with self._lock:
            self._held[name] = budgets.served(self._budget(name))

    def learn(self, names: Sequence[str]) -> None:
        """Look at what others have spent; within one process there are none."""

    def spent(self, limit: Limit) -> None:
        """Tell others what was spent; within one process there are none."""

    def _budget(self, name: str) -> Budget:
        return self._held.get(name) or Budget(name=name)

    def _reserve(self, limits: Sequence[Limit], patience: float) -> float:
        now = self._clock.now()
        pause = max((budgets.pause_of(self._budget(limit.name), now) for limit in limits), default=0)
        if pause:
            raise HeldBackError(
                "the server asked to be left alone", f"It is asked again in {pause} s", retry_after=pause
            )
        after = [(limit, budgets.spent(self._budget(limit.name), limit, 1, now)) for limit in limits]
        wait = max((budgets.wait_for(one, limit, now) for limit, one in after), default=0.0)
        if wait > patience:
            raise HeldBackError(
                "the account's requests of this minute are spent",
                "Poll fewer calendars, or more seldom",
                retry_after=math.ceil(wait),
            )
        self._held.update({one.name: one for _, one in after})
        return wait


def reads_held(left: int, why: str) -> HeldBackError | None:
    """Say that nothing is asked for so many seconds; None where none are left."""
    return HeldBackError(why, f"It is asked again in {left} s", retry_after=left) if left else None


def writes_held(left: int, why: str) -> HeldBackError | None:
    """Say that nothing is written for so many seconds; None where none are left."""
    remedy = f"They go on in {left} s; reading goes on meanwhile"
    return HeldBackError(why, remedy, retry_after=left) if left else None


@contextmanager
def writing(budgets: Budgets, writes: str, held: HeldBackError | None) -> Iterator[None]:
    """Let a write through, and note that it was served; or hold it back without a request.

    Raises:
        HeldBackError: writes are paused.
    """
    if held is not None:
        raise held
    yield
    budgets.served(writes)
