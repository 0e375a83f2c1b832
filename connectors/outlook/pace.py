"""How fast Graph is asked: the budget of an app with a mailbox, and pauses.

10,000 requests in ten minutes, and four at once: https://learn.microsoft.com/graph/throttling-limits
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from hashlib import sha256

from connectors.budgets import reads_held, writes_held, writing
from connectors.context import ConnectorContext
from connectors.outlook.options import OutlookOptions
from connectors.outlook.refusals import Refusal
from engine.errors import HeldBackError
from engine.operations.budgets import Limit, within_any_minute

PATIENCE = 20.0
"""Seconds that a request waits for its turn."""
AT_ONCE = 4
"""Requests that Graph takes at once from one app for one mailbox."""
A_MINUTE = 900
"""A tenth of what ten minutes hold, less what daemons may overdraw."""
A_CONNECTORS_SHARE = 0.9
"""How much of its mailbox's budget one connector may take, so that another one is never locked out."""
RATE_PAUSE = 10
"""The shortest pause, in seconds, where Graph names none; it doubles while it goes on refusing."""


class Pace:
    """One connector's part in a mailbox's budget, shared with every connector that spends the same."""

    def __init__(self, options: OutlookOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._budgets = context.budgets
        self._own = within_any_minute(f"outlook-connector {context.name}", int(A_MINUTE * A_CONNECTORS_SHARE))

    def allow(self) -> None:
        """Take one request of the mailbox and the connector, waiting for it where need be.

        Raises:
            HeldBackError: Graph asked for a pause, or it would take too long.
        """
        self._budgets.take((self._mailbox, self._own), PATIENCE)

    def turn(self) -> AbstractContextManager[object]:
        """Wait until the mailbox has few enough requests under way, of whichever connector."""
        return self._budgets.turn(self._mailbox.name, AT_ONCE)

    def served(self) -> None:
        """Note an answer that is no refusal."""
        self._budgets.served(self._mailbox.name)

    def refused(self, refusal: Refusal, *, writing: bool) -> Refusal:
        """Note an error answer; where it asks for a pause, give it with the seconds that are kept.

        A write's refusal pauses the mailbox's writes and nothing else.
        """
        if not refusal.is_rate:
            return refusal
        name = self._writes if writing else self._mailbox.name
        return replace(refusal, retry_after=self._budgets.refused(name, refusal.retry_after, RATE_PAUSE))

    def reads_held(self) -> HeldBackError | None:
        """Say why no request at all is let through now, and for how long; None where one would be."""
        left = self._budgets.pause(self._mailbox.name)
        return reads_held(left, f"{self._context.name}: Microsoft asked for a pause")

    def writes_held(self) -> HeldBackError | None:
        """Say why no write is let through now, and for how long; None where one would be."""
        why = f"{self._context.name}: Microsoft has throttled writes to this mailbox"
        return writes_held(self._budgets.pause(self._writes), why)

    def writing(self) -> AbstractContextManager[None]:
        """Let a write through, or hold it back without a request while the mailbox's writes are paused.

        Raises:
            HeldBackError: they are.
        """
        return writing(self._budgets, self._writes, self.writes_held())

    @cached_property
    def _mailbox(self) -> Limit:
        return within_any_minute(f"outlook-mailbox {self._mark}", A_MINUTE)

    @property
    def _writes(self) -> str:
        return f"outlook-writes {self._mark}"

    @cached_property
    def _mark(self) -> str:
        """Tell mailboxes apart without naming them: by the app, and whose it opens or who consented."""
        grant = None if self._context.grants is None else self._context.grants.grant()
        granted = grant and (grant.account_email or grant.user_id)
        whose = self._options.mailbox or granted or self._context.owner_email
        return sha256(f"{self._options.client_id}|{whose}".encode()).hexdigest()[:16]
