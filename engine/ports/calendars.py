"""Connected calendars: what was read of them, and what was derived."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import CalendarKey, ConnectorName, EventUid, Href, UserId
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.model.calendar import Calendar, CalendarAccount
    from engine.model.calendar_object import BusySpan, Digest, RawObject, SyncPlan


class Calendars(Protocol):
    """Connected calendars: what was read, and what was derived from it."""

    def account(self, connector: ConnectorName) -> CalendarAccount | None:
        """Look one connector's health up."""

    def accounts(self) -> Sequence[CalendarAccount]:
        """Give them by name."""

    def failing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose last try failed, by name."""

    def due(self, now: Instant) -> Sequence[ConnectorName]:
        """Give the connectors whose time to be read has come and that nobody reads, the longest due first.

        One that was read at a time that is yet to come is due: the clock was set back meanwhile.
        """

    def claim_due(
        self,
        owner: str,
        now: Instant,
        until: Instant,
        limit: int,
        but: Collection[ConnectorName] = (),
    ) -> Sequence[CalendarAccount]:
        """Claim at most so many of those that are due, the longest due first, and give them as claimed.

        What is claimed is due again when the claim ends: if its daemon died, another reads it then.
        One that another is claiming in this moment is passed by, not waited for; so are those named by `but`.
        """

    def put_account(self, account: CalendarAccount) -> CalendarAccount:
        """Insert (version 0) or replace the version that it carries.

        Raises:
            StaleVersionError: the row has another version.
        """

    def get(self, key: CalendarKey) -> Calendar | None:
        """Look a calendar up."""

    def of_connector(self, connector: ConnectorName) -> Sequence[Calendar]:
        """Give a connector's calendars by name."""

    def of_user(self, user: UserId) -> Sequence[Calendar]:
        """Give a user's calendars by key."""

    def digests(self, key: CalendarKey) -> Mapping[Href, Digest]:
        """Tell what is stored, to compare with what is read."""

    def objects(self, key: CalendarKey, hrefs: Collection[Href] | None = None) -> Sequence[RawObject]:
        """Give stored objects as their provider sent them, unsealed."""

    def with_uids(self, user: UserId, uids: Collection[EventUid]) -> Sequence[tuple[CalendarKey, RawObject]]:
        """Give the objects of some UIDs in a user's read calendars, unsealed, by calendar and href."""

    def shared_objects(self, key: CalendarKey) -> Sequence[RawObject]:
        """Give what events of a calendar share, such as zones, by href."""

    def uids(self, user: UserId) -> Collection[EventUid]:
        """Tell which UIDs a user's read calendars hold."""

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole: token, rows and tombstones.

        Raises:
            StaleVersionError: the calendar's row is not the version that the plan was based on.
        """

    def busy(self, user: UserId, window: Span) -> Sequence[BusySpan]:
        """Give what overlaps the window in a user's read calendars, by start."""

    def busy_of(self, users: Collection[UserId], window: Span) -> Mapping[UserId, Sequence[BusySpan]]:
        """Give the same for each of several: one question for all."""

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar that is no longer configured, with everything kept of it."""
