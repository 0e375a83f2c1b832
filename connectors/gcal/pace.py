"""How fast Google is asked: budgets of the project, the account and the connector, and pauses.

The project's and the account's limits are Google's (10,000 and 600 requests in any minute), less what daemons
may overdraw: https://developers.google.com/workspace/calendar/api/guides/quota
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from connectors.budgets import reads_held, writes_held, writing
from connectors.context import ConnectorContext
from connectors.gcal.client import project_of
from connectors.gcal.options import GoogleOptions
from connectors.gcal.refusals import DAILY, Refusal, is_rate, is_write_limit
from connectors.options import ConnectorOptions
from engine.errors import HeldBackError
from engine.operations.budgets import Limit, within_any_minute
from engine.time.span import HOUR

PATIENCE = 20.0
"""Seconds that a request waits for its turn."""
A_CONNECTORS_SHARE = 0.9
"""How much of its account's budget one connector may take, so that another one is never locked out."""
RATE_PAUSE = 10
DAILY_PAUSE = HOUR
WRITE_PAUSE = 3 * HOUR
"""The shortest pauses, in seconds, where Google names none; they double while it goes on refusing."""


class Pace:
    """One connector's part in the quota, shared with every connector that spends the same (GG14)."""

    def __init__(self, options: GoogleOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._budgets = context.budgets
        own = max(1, int(options.user_requests_per_minute * A_CONNECTORS_SHARE))
        self._own = within_any_minute(f"google-connector {context.name}", own)

    def allow(self) -> None:
        """Take one request of the project, the account and the connector, waiting for it where need be.

        Raises:
            HeldBackError: Google asked for a pause, or it would take too long.
        """
        self._budgets.take((self._project, self._account, self._own), PATIENCE)

    def served(self) -> None:
        """Note an answer that is no refusal."""
        self._budgets.served(self._project.name)
        self._budgets.served(self._account.name)

    def refused(self, refusal: Refusal, *, writing: bool) -> Refusal:
        """Note an error answer; where it asks for a pause, give it with the seconds that are kept.

        A write's refusal pauses the account's writes and nothing else. That a project as a whole is refused
        is believed once several of its accounts were.
        """
        if not is_rate(refusal):
            return refusal
        asked, floor = refusal.retry_after, DAILY_PAUSE if refusal.reason in DAILY else RATE_PAUSE
        whole = self._budgets.refused_in(self._project.name, self._account.name, asked, floor)
        if is_write_limit(refusal):
            floor = WRITE_PAUSE
        name = self._writes if writing else self._account.name
        return replace(refusal, retry_after=max(whole, self._budgets.refused(name, asked, floor)))

    def reads_held(self) -> HeldBackError | None:
        """Say why no request at all is let through now, and for how long; None where one would be."""
        left = max(self._budgets.pause(one.name) for one in (self._project, self._account))
        return reads_held(left, f"{self._context.name}: Google asked for a pause")

    def writes_held(self) -> HeldBackError | None:
        """Say why no write is let through now, and for how long; None where one would be."""
        why = f"{self._context.name}: Google has limited this account's writes"
        return writes_held(self._budgets.pause(self._writes), why)

    def writing(self) -> AbstractContextManager[None]:
        """Let a write through, or hold it back without a request while the account's writes are paused.

        Raises:
            HeldBackError: they are.
        """
        return writing(self._budgets, self._writes, self.writes_held())

    @cached_property
    def _project(self) -> Limit:
        project = project_of(self._options, self._context.base)
        return within_any_minute(
            f"google-project {_mark(project)}", self._options.project_requests_per_minute
        )

    @cached_property
    def _account(self) -> Limit:
        account = _mark(project_of(self._options, self._context.base), self._known_account())
        return within_any_minute(f"google-account {account}", self._options.user_requests_per_minute)

    @property
    def _writes(self) -> str:
        return self._account.name.replace("account", "writes", 1)

    def _known_account(self) -> str:
        """Name the account: whom a service account acts for, who consented, or else the connector's owner."""
        grant = None if self._context.grants is None else self._context.grants.grant()
        return self._options.subject or (grant and grant.account_email) or self._context.owner_email


def daily_budget(options: ConnectorOptions, base: Path) -> tuple[str, int]:
    """Name the project whose daily budget is spent, and how many requests it has."""
    if not isinstance(options, GoogleOptions):
        raise TypeError(f"{type(options).__name__} are not Google's options")
    return f"google {project_of(options, base)}", options.project_requests_per_day


def _mark(*names: str) -> str:
    """Tell projects and accounts apart without naming them."""
    return sha256("|".join(names).encode()).hexdigest()[:16]
