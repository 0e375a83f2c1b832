"""How often one account at a server may be asked, whichever of its connectors asks."""

from hashlib import sha256

from connectors.urls import Url
from engine.budgets import SHORTEST_PAUSE, Limit
from engine.ports import Budgets

REQUESTS_A_MINUTE = 240
"""What other clients ask of iCloud and Fastmail, too, for one account."""


class Budget:
    """One account's requests; safe to share between threads.

    A minute's worth may be spent at once. After a 429 or 503 nobody asks until the pause is over; pauses
    double as long as the server goes on refusing.
    """

    def __init__(self, budgets: Budgets, url: Url, username: str) -> None:
        self._budgets = budgets
        account = f"{url.origin.host}|{username}"
        self._limit = Limit(
            f"caldav {sha256(account.encode()).hexdigest()[:16]}", REQUESTS_A_MINUTE, burst=REQUESTS_A_MINUTE
        )

    def take(self, patience: float) -> None:
        """Take one request, waiting up to `patience` seconds for it where the minute's worth is spent.

        Raises:
            SourceUnavailableError: the server asked for a pause, it would take longer, or gatherly stops.
        """
        self._budgets.take((self._limit,), patience)

    def refused(self, asked: int | None) -> int:
        """Note a 429 or 503; gives the seconds for which the account is left alone."""
        return self._budgets.refused(self._limit.name, asked, SHORTEST_PAUSE)

    def served(self) -> None:
        """Note an answer that is no refusal."""
        self._budgets.served(self._limit.name)
