"""How often providers are asked, whoever asks: every connector, thread and daemon of a store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.operations.budgets import Limit


class Budgets(Protocol):
    """Budgets of requests by name; connectors to one account name the same one."""

    def take(self, limits: Sequence[Limit], patience: float) -> None:
        """Take one request of each, waiting where a minute's worth is spent; `patience` is in seconds.

        Raises:
            HeldBackError: the provider asked for a pause, it would take longer, or gatherly stops.
        """

    def turn(self, name: str, most: int) -> AbstractContextManager[object]:
        """Have at most so many requests under way at once in this process, whichever connector sends them."""

    def pause(self, name: str) -> int:
        """Tell for how many seconds more nobody is to ask."""

    def refused(self, name: str, asked: int | None, floor: int) -> int:
        """Note a refusal; gives the seconds for which the budget is left alone.

        Args:
            name: the budget's.
            asked: the seconds that the provider asked for, if it said so.
            floor: the shortest pause, in seconds; it doubles while the provider goes on refusing.
        """

    def refused_in(self, name: str, part: str, asked: int | None, floor: int) -> int:
        """Note the refusal of one part of a budget; gives the seconds for which all of it rests.

        One part's refusal, an account's for instance, rests nothing: several within ten minutes do.
        """

    def served(self, name: str) -> None:
        """Note an answer that is no refusal."""
