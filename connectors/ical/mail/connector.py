"""Invitations by mail (`kind = "email"`) for people whose calendars cannot be written; no reply is read.

The connector remembers nothing and reads nothing: what was sent stands in the ledger, answers come by other
ways, and a REPLY by mail is never believed (anybody can write one).
"""

from collections.abc import Iterable, Mapping, Sequence
from email.utils import parseaddr

from connectors.context import ConnectorContext
from connectors.ical.mail.invitation import Route, checked_address
from connectors.ical.mail.letter import letter
from connectors.ical.mail.relay import RELAY_PORT, SUBMISSION_PORT, TLS_PORT, Relay, relay_at
from connectors.ical.options import EmailOptions
from connectors.options import ConnectorOptions
from engine.errors import (
    InputError,
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteRefusedError,
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Probe, RemoteCalendar
from engine.text.mail_address import ADDRESS
from engine.time.span import Instant, Span


def connect(options: ConnectorOptions, context: ConnectorContext) -> "MailConnector":
    """Make a connector of `kind = "email"`.

    Raises:
        InputError: `smtp` or `from` is no address.
    """
    if not isinstance(options, EmailOptions):
        raise TypeError(f"{type(options).__name__} are not the options of mail")
    return MailConnector(relay=_relay(options, context), sender=_sender(options.sender), context=context)


def _relay(options: EmailOptions, context: ConnectorContext) -> Relay:
    host, port, tls_from_start = relay_at(options.smtp)
    with_login = bool(options.sources("password"))
    usual = TLS_PORT if tls_from_start else SUBMISSION_PORT if with_login else RELAY_PORT
    return Relay(
        host=host,
        port=port or usual,
        tls_from_start=tls_from_start,
        username=options.username,
        password=(lambda: _password(context)) if with_login else None,
    )


def _password(context: ConnectorContext) -> str:
    """Fetch the password when it is needed, so that a new one counts at once."""
    try:
        return context.secret("password")
    except InputError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error


def _sender(text: str) -> str:
    address = parseaddr(text)[1]
    if not ADDRESS.match(address):
        raise InputError(f"from = {text!r} is no address", 'Write it as from = "scheduler@example.com"')
    return address


class MailConnector:
    """Sends invitations, updates and withdrawals; see `engine.ports.connector.Connector`."""

    def __init__(self, *, relay: Relay, sender: str, context: ConnectorContext) -> None:
        self._relay = relay
        self._route = Route(sender=sender, recipient=context.owner_email)
        self._context = context

    def probe(self) -> Probe:
        """Greet the mail server, log in and announce a letter, without sending any."""
        try:
            notes = self._relay.try_out(*self._addresses())
        except WriteRefusedError as error:
            return Probe(reachable=True, authorised=True, can_write=False, problems=(str(error),))
        except SourceError as error:
            reached = isinstance(error, SourceExpiredError)
            return Probe(reachable=reached, authorised=False, can_write=False, problems=(str(error),))
        return Probe(reachable=True, authorised=True, can_write=True, notes=notes)

    def _addresses(self) -> tuple[str, str]:
        """Give who writes, and to whom, as the protocol carries them.

        Raises:
            WriteRefusedError: one of the two cannot be carried.
        """
        return checked_address(self._route.sender), checked_address(self._route.recipient)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """Give the one mailbox it writes to."""
        mailbox = RemoteCalendarId(self._route.recipient)
        return [RemoteCalendar(calendar=mailbox, name=mailbox, is_primary=True, read_only=False)]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Refuse: a mailbox tells nothing about anybody's time."""
        remedy = "Read the calendar itself, by another connector of the same user"
        raise SourceIncompleteError(f"{self._context.name} only sends mail and reads no calendar", remedy)

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Find nothing: there is nothing to read."""
        return Interpretation()

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Send the invitation, its update (a higher SEQUENCE), or its withdrawal (`draft.cancelled`)."""
        sent = letter(draft, self._route, self._context.clock.now())
        self._relay.send(*self._addresses(), sent.content)
        return Written(draft.event_id, None)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Find nothing: what became of a letter cannot be looked up."""
        return None

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Refuse: a letter is taken back by another one, which `write` sends for a cancelled draft."""
        remedy = "Send the event with `cancelled` set"
        raise WriteRefusedError(f"a letter about {event_id} cannot be deleted", remedy, code="mail")

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """Find nothing, as `read` does."""
        return []

    def close(self) -> None:
        """Nothing is kept open."""
