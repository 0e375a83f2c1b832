"""Invitation links: made, listed and revoked by their owners; opened by whoever has the address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from daemon import knowledge
from daemon.app.access import Access
from daemon.app.links import DeadLinkError
from daemon.knowledge import Gathered, knowledge_policy_of
from engine.errors import InputError, UnknownThingError
from engine.find.backends import Bitmaps
from engine.ids import SessionId, UserId
from engine.model.invitation import Invitation
from engine.model.user import User
from engine.notices.links import INVITATIONS, NOBODYS, Named, named, signed
from engine.ports.store import Transaction
from engine.sessions import proposal
from engine.sessions.invitations import InvitationOptions, invitation_of, is_open, question, shown
from engine.stale import retry_stale
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """What whoever opens a link sees: whom they would meet, for how long, and when."""

    invitation: Invitation
    owner: User
    starts: tuple[Instant, ...]


class InvitationDesk:
    """Makes links, and shows what they offer; nothing else of anybody's calendar."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._identifier = access.custody.identifier
        self._policy = knowledge_policy_of(access.configuration)

    def create(self, options: InvitationOptions) -> dict[str, Any]:
        """Make a link.

        Raises:
            InputError: an option cannot be read, or nothing could be mailed to whoever uses it.
            UnknownThingError: there is no such user.
        """
        access = self._access
        settings = access.configuration.settings
        if not settings.mail.is_set or not (settings.api.listen or settings.api.public_url):
            raise InputError(
                "Nobody could use the link: nothing is mailed, or no page is served",
                "Set up [mail] and [api]",
            )
        now = access.clock.now()
        with access.store.writing() as tx:
            users = {user.id: user for user in tx.users.all()}
            id_ = self._identifier(f"invitation {access.desk.randomness.token()}")[:16].hex()
            made = invitation_of(options, users, id_, now, settings.sync.horizon)
            tx.repositories.invitations.put(made)
        return {**self._document(made, 0), "url": self.address(made)}

    def listed(self) -> list[dict[str, Any]]:
        """Give every link, oldest first, without its address."""
        with self._access.store.reading() as tx:
            links = tx.repositories.invitations.all()
            booked = tx.repositories.visits.confirmed([one.id for one in links])
        return [self._document(one, booked.get(one.id, 0)) for one in links]

    def revoke(self, id_: str) -> None:
        """End a link; what was booked by it stands.

        Raises:
            UnknownThingError: there is none of this id.
        """
        now = self._access.clock.now()

        def end() -> None:
            with self._access.store.writing() as tx:
                found = tx.repositories.invitations.get(id_)
                if found is None:
                    raise UnknownThingError(
                        f"There is no invitation link {id_!r}", "`invite --list` shows them"
                    )
                if found.revoked_at is None:
                    tx.repositories.invitations.put(replace(found, revoked_at=now))

        retry_stale(end, "The link")

    def address(self, invitation: Invitation) -> str:
        """Give where a link leads."""
        name = Named(invitation.id, invitation.expires_at)
        base = self._access.configuration.settings.api.base
        return f"{base}/i/{signed(self._identifier, name, INVITATIONS)}"

    def _document(self, one: Invitation, count: int) -> dict[str, Any]:
        document = {
            "id": one.id,
            "user": one.user_id,
            "title": one.title,
            "duration": one.duration,
            "uses": one.uses,
            "used": count,
            "expires": format_instant(one.expires_at),
        }
        return document | ({} if one.revoked_at is None else {"revoked": format_instant(one.revoked_at)})

    def show(self, token: str) -> InvitationView:
        """Give what a link offers now; nothing is changed.

        Raises:
            DeadLinkError: it leads nowhere, is over, or is used up.
        """
        with self._access.store.reading() as tx:
            return self.looked_up(tx, token)

    def looked_up(self, tx: Transaction, token: str) -> InvitationView:
        """Give what a link offers, in a transaction.

        Raises:
            DeadLinkError: it leads nowhere, is over, or is used up.
        """
        name = named(self._identifier, token, INVITATIONS)
        found = tx.repositories.invitations.get(name.id if name is not None else NOBODYS)
        right = found is not None and name is not None and found.expires_at == name.expires_at
        return self._offered(tx, found if right else None)

    def _offered(self, tx: Transaction, invitation: Invitation | None) -> InvitationView:
        """Give what an invitation offers; of one that is none as much is looked up as of one that is over."""
        now = self._access.clock.now()
        booked = bookings_by(tx, NOBODYS if invitation is None else invitation.id)
        if invitation is None or not is_open(invitation, booked, now):
            raise DeadLinkError
        owner = tx.users.get(invitation.user_id)
        if owner is None:
            raise DeadLinkError
        gathered = self.gathered(tx, invitation, now)
        starts = _starts(gathered, invitation, now)
        held = _held_for_strangers(tx, gathered, invitation.user_id)
        if held:
            whole = _starts(self.gathered(tx, invitation, now, apart_from=held), invitation, now)
            free = set(_candidates(gathered, now))
            starts = tuple(start for start in whole if start in free)
        return InvitationView(invitation=invitation, owner=owner, starts=starts)

    def gathered(
        self, tx: Transaction, invitation: Invitation, now: Instant, apart_from: Collection[SessionId] = ()
    ) -> Gathered:
        """Gather what is known of its owner; lapsed holds that nobody has freed yet do not count."""
        lapsed = _lapsed(tx, now)
        session = question(invitation, now)
        return knowledge.for_session(tx, self._policy, session, now, apart_from={*apart_from, *lapsed})


def _lapsed(tx: Transaction, now: Instant) -> list[SessionId]:
    found = (tx.repositories.visits.get(name) for name in tx.repositories.visits.lapsed(now))
    return [visit.session_id for visit in found if visit is not None]


def bookings_by(tx: Transaction, invitation: str) -> int:
    """Count what was booked by a link of this id."""
    return tx.repositories.visits.confirmed((invitation,)).get(invitation, 0)


def _held_for_strangers(tx: Transaction, gathered: Gathered, owner: UserId) -> Collection[SessionId]:
    """Give what strangers hold: by holding one time nobody learns of another."""
    holds = tx.ledger.holds(owner, gathered.request.window.widen(DAY, DAY))
    return tx.repositories.visits.among({hold.session for hold in holds})


def _starts(gathered: Gathered, invitation: Invitation, now: Instant) -> tuple[Instant, ...]:
    """Give the starts that suit: none where its owner's calendar is not known."""
    zone = gathered.request.host.timezone
    return shown(_candidates(gathered, now), invitation, zone, now)


def _candidates(gathered: Gathered, now: Instant) -> Sequence[Instant]:
    if proposal.waiting_for(gathered.request.session, gathered.known):
        return ()
    return [start for start in Bitmaps().candidates(gathered.request) if start > now]
