"""Guests in a session: who may be one, what they answer, and which times that leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.guest import Guest
from engine.model.session import EventSession, SessionStatus
from engine.model.user import User
from engine.text.mail_address import folded, mailbox
from engine.time.instant import format_instant
from engine.time.span import Instant

MOST_TIMES = 6
"""A guest is asked about so many times at most."""
NOBODY, EVERYBODY = "nobody", "everybody"


class AwaitsGuestError(InputError):
    """A time that is not to be had yet, or not at all, because of what a guest said or has not said."""


class LateAnswerError(InputError):
    """An answer of a guest that comes too late or a second time; its words are the true reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRules:
    """Who may be a guest (`[guests]`); `domains` is None where everybody may, empty where nobody.

    `reachable` is whether mails go out and links lead back; `mails_per_day` is a host's.
    """

    domains: frozenset[str] | None = frozenset()
    mails_per_day: int = 20
    reachable: bool = False

    def check(self, guests: Iterable[Guest]) -> None:
        """Let these be guests.

        Raises:
            InputError: one may not, in words.
        """
        for guest in guests:
            domain = guest.address.rpartition("@")[2]
            if self.domains is not None and domain not in self.domains:
                raise InputError(
                    f"{guest.address} is no user, and may not be a guest",
                    f"Who is meant? Name a user, or let guests of {domain} in with allowed under [guests]",
                )
            if not self.reachable:
                raise InputError(
                    f"{guest.address} cannot be asked: gatherly mails nothing, or its pages are off",
                    "Set up [mail] and [api]",
                )


def guest_address(text: str) -> str:
    """Read a guest's address, as it is known from then on: however it is written, the same mailbox.

    Raises:
        InputError: it is none that mail goes to.
    """
    address = mailbox(text)
    if address is None:
        raise InputError(f"{text!r} is no address that mail can go to", "Write it like eve@example.org")
    return address


def is_users(name: str, users: Mapping[UserId, User]) -> bool:
    """Tell whether a name is a user's id, or the address of one."""
    wanted = folded(name.strip())
    return name in users or any(wanted == folded(user.email) for user in users.values())


def parted(
    names: Iterable[str], users: Mapping[UserId, User], *, required: bool
) -> tuple[list[str], list[Guest]]:
    """Part those who are users, or named as such, from the guests: addresses that are no user's.

    Raises:
        InputError: an address is none.
    """
    known, guests = list[str](), list[Guest]()
    for name in names:
        if "@" not in name or is_users(name, users):
            known.append(name)
        else:
            guests.append(Guest(address=guest_address(name), required=required))
    return known, guests


def each_guest_once(guests: Iterable[Guest]) -> tuple[Guest, ...]:
    """Give them as a session keeps them.

    Raises:
        InputError: one is named twice.
    """
    found: dict[str, Guest] = {}
    for guest in guests:
        if guest.address in found:
            raise InputError(f"{guest.address} is named twice", "Everybody has one role: invited or optional")
        found[guest.address] = guest
    return tuple(found.values())


def found(session: EventSession, address: str) -> Guest:
    """Look a guest up.

    Raises:
        UnknownThingError: they are none of this session.
    """
    for guest in session.guests:
        if guest.address == address:
            return guest
    raise UnknownThingError(f"{address} is no guest of session {session.id}")


def asked_anew(guests: Iterable[Guest]) -> tuple[Guest, ...]:
    """Give guests who are asked about other times: what they said of the earlier ones counts no more."""
    return tuple(replace(guest, answered_at=None, suits=()) for guest in guests)


def asking_anew(session: EventSession) -> EventSession:
    """Give a session that begins another round of proposals, where it has guests to be asked again."""
    if not session.guests:
        return session
    record = replace(session.record, round=session.record.round + 1)
    return replace(session, guests=asked_anew(session.guests), record=record)


def hindrance(session: EventSession, start: Instant) -> AwaitsGuestError | None:
    """Say why a time may not be accepted for the sake of a guest who must be there; None where it may."""
    for guest in session.guests:
        if not guest.required:
            continue
        if guest.answered_at is None:
            return AwaitsGuestError(
                f"{guest.address} has not answered yet which times suit", "Wait for the answer, or reject all"
            )
        if start not in guest.suits:
            others = "; ".join(format_instant(one) for one in agreed(session))
            return AwaitsGuestError(
                f"{format_instant(start)} does not suit {guest.address}",
                f"These suit all guests: {others}" if others else "Reject the proposals to ask for others",
            )
    return None


def agreed(session: EventSession) -> tuple[Instant, ...]:
    """Give the times on offer that suit every guest who must be there, in the order of the offer."""
    return tuple(slot.start for slot in session.proposed_times if _suits_all(session, slot.start))


def best(session: EventSession) -> Instant:
    """Give the best time on offer; with guests, of those that suit all who must be there, where one does."""
    suiting = agreed(session) if session.guests else ()
    return suiting[0] if suiting else session.proposed_times[0].start


def _suits_all(session: EventSession, start: Instant) -> bool:
    return all(start in guest.suits for guest in session.guests if guest.required)


def offered(session: EventSession, now: Instant) -> tuple[Instant, ...]:
    """Give the times that a guest is asked about."""
    return tuple(slot.start for slot in session.proposed_times if slot.start > now)[:MOST_TIMES]


def answer(session: EventSession, address: str, starts: Iterable[Instant], *, now: Instant) -> EventSession:
    """Take down which times suit a guest; none is an answer, too.

    Raises:
        LateAnswerError: they have answered, or there is nothing to answer any more.
        InputError: a time is not on offer; nothing of the answer counts.
        UnknownThingError: they are no guest of it.
    """
    guest = found(session, address)
    too_late = lateness(session, guest, now)
    if too_late is not None:
        raise LateAnswerError(*too_late)
    on_offer = offered(session, now)
    ticked = tuple(dict.fromkeys(starts))
    if any(start not in on_offer for start in ticked):
        raise InputError("A time that you ticked is not on offer any more", "Tick those that are")
    said = replace(guest, answered_at=now, suits=tuple(sorted(ticked)))
    return with_guest(session, said)


def lateness(session: EventSession, guest: Guest, now: Instant) -> tuple[str, str] | None:
    """Say why an answer would change nothing any more: what is so, and what that means; None where it would.

    It is the same for whoever asks and whatever they would answer.
    """
    if session.status is SessionStatus.SCHEDULED:
        return "It is booked already", "Your answer changes nothing any more; the invitation tells the time"
    if session.status is not SessionStatus.PENDING:
        return "It does not take place", "Your answer changes nothing any more"
    if session.final_time is not None:
        return "It is being booked", "Your answer changes nothing any more; an invitation follows"
    if guest.answered_at is not None:
        return "You have answered already", "Your first answer counts; tell the host if it has changed"
    if now >= session.expires_at:
        return "The time to answer is over", "Your answer changes nothing any more"
    if not offered(session, now):
        return "No time is on offer just now", "You are asked again once there are others"
    return None


def has_ticked(session: EventSession, address: str, start: Instant) -> bool:
    """Tell whether somebody is a guest who said that this start suits."""
    return any(guest.address == address and start in guest.suits for guest in session.guests)


def away(session: EventSession, address: str) -> EventSession:
    """Take down that a guest cannot come; what is booked stands."""
    return with_guest(session, replace(found(session, address), away=True))


def without_guest(session: EventSession, address: str) -> EventSession:
    """Take a guest out."""
    left = tuple(guest for guest in session.guests if guest.address != address)
    return session if left == session.guests else replace(session, guests=left)


def with_guest(session: EventSession, guest: Guest) -> EventSession:
    """Put a guest in the place of what was known of them."""
    changed = tuple(guest if one.address == guest.address else one for one in session.guests)
    return replace(session, guests=changed)
