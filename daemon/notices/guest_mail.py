"""Invitations to guests: iMIP from the relay of `[mail]`, to an address instead of a calendar."""

import os
from collections.abc import Sequence
from email.utils import parseaddr

from config.configuration import Configuration
from config.secrets import SecretPlaces
from connectors.ical.mail.invitation import Route, checked_address
from connectors.ical.mail.letter import letter
from connectors.ical.mail.relay import Relay
from daemon.notices.outlets import relay_of
from engine.errors import WriteRefusedError
from engine.ids import EventId, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.ports.connector import Probe, RemoteCalendar, Writer
from engine.ports.world import Clock
from engine.time.span import Instant


class GuestMail:
    """`engine.ports.connector.Writer` for guests: a calendar's name is a guest's address."""

    def __init__(self, relay: Relay, sender: str, clock: Clock) -> None:
        self._relay = relay
        self._sender = parseaddr(sender)[1]
        self._clock = clock

    def probe(self) -> Probe:
        """Say nothing of the relay: `gatherly check` tries it where it is set up."""
        return Probe(reachable=True, authorised=True, can_write=True)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """Give none: guests have no calendar."""
        return []

    def close(self) -> None:
        """Nothing is kept open."""

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Send an invitation, its update, or its withdrawal."""
        sent = letter(draft, Route(sender=self._sender, recipient=calendar), self._clock.now())
        self._relay.send(checked_address(self._sender), checked_address(calendar), sent.content)
        return Written(draft.event_id, None)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Find nothing: what became of a letter cannot be looked up."""
        return None

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Refuse: a letter is taken back by another one."""
        raise WriteRefusedError(f"a letter about {event_id} cannot be deleted", code="mail")

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """Find nothing, as `read` does."""
        return []


def guest_mail_of(configuration: Configuration, clock: Clock) -> Writer | None:
    """Give it; None where nothing is mailed."""
    settings, places = configuration.settings.mail, SecretPlaces.of(configuration.file, os.environ)
    if settings.smtp is None or settings.sender is None:
        return None
    return GuestMail(relay_of(settings, settings.smtp, places), settings.sender, clock)
