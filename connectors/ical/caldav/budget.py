"""How often one account at a server may be asked, whichever of its connectors asks."""

from hashlib import sha256

from connectors.budgets import reads_held, writes_held
from connectors.web.urls import Url
from engine.errors import HeldBackError
from engine.operations.budgets import SHORTEST_PAUSE, Limit
from engine.ports.budgets import Budgets

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

    def take(self, patience: float, *, writing: bool = False) -> None:
        """Take one request, waiting up to `patience` seconds for it where the minute's worth is spent.

        Raises:
            HeldBackError: the server asked for a pause, it would take longer, or gatherly stops.
        """
        held = self.writes_held() if writing else None
        if held is not None:
            raise held
        self._budgets.take((self._limit,), patience)

    def refused(self, asked: int | None, *, writing: bool = False) -> int:
        """Note a 429 or 503; gives the seconds for which the account, or its writes alone, are left alone."""
        return self._budgets.refused(self._name(writing), asked, SHORTEST_PAUSE)

    def served(self, *, writing: bool = False) -> None:
        """Note an answer that is no refusal."""
        self._budgets.served(self._name(writing))

    def reads_held(self) -> HeldBackError | None:
        """Say why no request at all would be sent now, and for how long; None where one would be."""
        left = self._budgets.pause(self._name(writing=False))
        return reads_held(left, "the server asked for a pause of this account")

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long; None where one would be."""
        left = self._budgets.pause(self._name(writing=True))
        return writes_held(left, "the server asked for a pause of this account's writes")

    def _name(self, writing: bool) -> str:
        return self._limit.name.replace("caldav", "caldav-writes", 1) if writing else self._limit.name
