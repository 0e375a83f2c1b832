"""Links by which people answer without an account: shown by whoever opens them, acted by with a press.

A wrong token, an expired, a used and an unknown one are told alike, after the same questions to the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from daemon.app.access import Access
from daemon.app.accounts.feeds import Feed, feed_of
from daemon.app.accounts.settings import change_settings_by
from daemon.app.principal import Principal, Role
from daemon.app.requests.relax import relax
from engine.errors import UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.notices import EMAIL, Link, LinkVerb
from engine.model.session import EventSession, TimeSlot
from engine.model.user import User
from engine.notices.links import NOBODYS, Identifier, Named, epoch_of, is_alive, named
from engine.ports.store import Transaction

NO_SESSION = SessionId("none")
NO_USER = UserId("nobody")


class DeadLinkError(UnknownThingError):
    """A link that is none, is over, was used, or is nobody's: told alike."""

    def __init__(self) -> None:
        super().__init__("This link is not valid any more", "Ask whoever hosts it for a new one")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What somebody who opens a link sees; `session` is None where it is about none."""

    link: Link
    user: User
    session: EventSession | None
    names: Mapping[UserId, str]
    zones: Mapping[UserId, str]

    @property
    def slots(self) -> tuple[TimeSlot, ...]:
        """The times on offer, where one may be taken."""
        return self.session.proposed_times if self.session and LinkVerb.TAKE in self.link.verbs else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody pressed: a verb, and the time that they take."""

    verb: LinkVerb
    start: str = ""


class LinkDesk:
    """Shows links, and does what their holders press."""

    def __init__(self, access: Access, identifier: Identifier) -> None:
        self._access = access
        self._store = access.store
        self._clock = access.clock
        self._identifier = identifier

    def show(self, token: str) -> LinkView:
        """Give what a link leads to; nothing is changed by it.

        Raises:
            DeadLinkError: it leads nowhere.
        """
        with self._store.reading() as tx:
            view = self._looked_up(tx, token)
        if LinkVerb.FEED in view.link.verbs:
            raise DeadLinkError
        return view

    def act(self, token: str, act: Act) -> EventSession | None:
        """Do what was pressed, and use the link up, in one transaction.

        Raises:
            DeadLinkError: it leads nowhere, or does not allow that.
            InputError: what was pressed cannot be done; the link lives on.
        """
        view = self.show(token)
        session = view.session
        if act.verb is LinkVerb.QUIET and act.verb in view.link.verbs:
            self._end_mails(view.user.id)
            return None
        if act.verb not in view.link.verbs or session is None:
            raise DeadLinkError

        def use_up(tx: Transaction) -> None:
            self._looked_up(tx, token)
            tx.repositories.links.use_up(view.user.id, session.id, self._clock.now())

        desk = replace(self._access.desk, principal=Principal(Role.USER, view.user.id), also=use_up)
        if act.verb is LinkVerb.TAKE:
            return desk.accept_at(session.id, act.start, view.user.id)
        if act.verb is LinkVerb.NONE:
            return desk.reject(session.id)
        if act.verb is LinkVerb.RELAX:
            return relax(desk, session.id, view.link.detail)
        return desk.decline(session.id, view.user.id)

    def feed(self, token: str) -> Feed:
        """Give the bookings of whoever a feed's token belongs to.

        Raises:
            DeadLinkError: it is nobody's, or was revoked.
        """
        with self._store.reading() as tx:
            view = self._looked_up(tx, token)
            if LinkVerb.FEED not in view.link.verbs:
                raise DeadLinkError
            return feed_of(tx, view.user.id, self._store.install)

    def _end_mails(self, user: UserId) -> None:
        """Take mail off somebody's channels; the others stay."""

        def without_mail(account: Mapping[str, Any]) -> Mapping[str, Any]:
            return {"notify": [one for one in account["notify"] if one != EMAIL]}

        change_settings_by(self._access, Principal(Role.USER, user), user, without_mail)

    def _looked_up(self, tx: Transaction, token: str) -> LinkView:
        signed = named(self._identifier, token)
        link = tx.repositories.links.get(signed.id if signed is not None else NOBODYS)
        found = _Found.of(tx, link)
        alive = found.user is not None and is_alive(
            link, signed or Named(NOBODYS, 0), found.session, found.epoch, self._clock.now()
        )
        if not alive or signed is None or link is None or found.user is None:
            raise DeadLinkError
        return LinkView(
            link=link, user=found.user, session=found.session, names=found.names, zones=found.zones
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """All that the store knows around a link; asked for in the same way whether there is one or not."""

    user: User | None
    session: EventSession | None
    epoch: str
    names: Mapping[UserId, str]
    zones: Mapping[UserId, str]

    @classmethod
    def of(cls, tx: Transaction, link: Link | None) -> "_Found":
        about = link.session_id if link is not None and link.session_id is not None else NO_SESSION
        session, booking = tx.sessions.get(about), tx.ledger.booking(about)
        user = tx.users.get(link.user_id if link is not None else NO_USER)
        users = {one.id: one for one in tx.users.all()}
        attending = session.attendee_ids if session is not None else ()
        known = {one: users[one] for one in attending if one in users}
        return cls(
            user,
            session,
            "" if session is None else epoch_of(session, booking.epoch if booking is not None else 0),
            {one: each.name for one, each in known.items()},
            {one: each.timezone for one, each in known.items()},
        )
