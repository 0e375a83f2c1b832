"""Strangers at one link all at once, each in a thread of the server's: who is told what, and what is so."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from icalendar import Calendar

from daemon.app.examine import check
from daemon.app.links import DeadLinkError
from daemon.app.outsiders.visits import Taking, VisitDesk
from engine.ids import UserId
from engine.model.invitation import HELD_FOR, Visit
from engine.model.session import SessionStatus
from engine.notices.links import token_of
from engine.notices.visit_links import confirming_id
from engine.sessions.invitations import TakenError
from engine.time.span import Instant, Span
from tests.daemon.outside.outsiders import Outsiders

STRANGERS, STARTS = 20, 5
DAYS = ("wednesday", "thursday", "friday", "saturday", "sunday")
WINDOWS = tuple(f"{hour:02}:00-{hour + 2:02}:30" for hour in range(0, 24, 3))
AT_A_TIME = 10
"""Rounds after which what nobody has confirmed is let lapse."""
THREADS = 8


@dataclass
class Round:
    """One link with five starts, and who was told that they hold which."""

    token: str
    invitation: str
    starts: Sequence[Instant]
    held: dict[Instant, str] = field(default_factory=dict)
    confirmed: set[Instant] = field(default_factory=set)


class Crowd:
    """Twenty strangers a round; `wrong` is whatever was not true."""

    def __init__(self, at: Outsiders, seed: int) -> None:
        self.at = at
        self.desk = VisitDesk(at.services.access)
        self.lots = random.Random(seed)
        self.wrong: list[str] = []
        self.told: Counter[str] = Counter()

    def play(self, rounds: int) -> None:
        """Play rounds, ten at a time; then nothing is held any more, and each start is booked once."""
        played: list[Round] = []
        places = [(day, window) for day in DAYS for window in WINDOWS][:rounds]
        for number, (day, window) in enumerate(places, 1):
            played.append(self._round(number, day, window))
            if number % AT_A_TIME == 0 or number == len(places):
                self._lapse(played[-AT_A_TIME:])
        self._all_is_so(played)

    def _round(self, number: int, day: str, window: str) -> Round:
        link, id_ = self.at.invite(duration="30m", within="7d", days=day, between=window, uses=20)
        token = link.removeprefix("/i/")
        starts = self.at.invitations.show(token).starts
        assert len(starts) == STARTS
        played = Round(token, id_, starts)
        wants = [(f"s{number}-{each}@visitor.test", self.lots.choice(starts)) for each in range(STRANGERS)]
        with ThreadPoolExecutor(THREADS) as pool:
            said = list(pool.map(lambda want: self._take(played, *want), wants))
            for (who, start), answer in zip(wants, said, strict=True):
                if answer == "held":
                    if start in played.held:
                        self.wrong.append(
                            f"round {number}: {start} is held for {played.held[start]} and {who}"
                        )
                    played.held[start] = who
            for _, start in wants:
                if start not in played.held:
                    self.wrong.append(
                        f"round {number}: nobody got {start}, and everybody was told it is gone"
                    )
            left = self.at.invitations.show(token).starts
            if set(left) != set(starts) - set(played.held):
                self.wrong.append(f"round {number}: {left} is shown beside {sorted(played.held)}")
            self._confirm(played, pool)
        return played

    def _take(self, played: Round, who: str, start: Instant) -> str:
        taking = Taking(start=start, name="Somebody", address=who, zone="UTC", client=who)
        try:
            self.desk.take(played.token, taking)
        except TakenError:
            self.told["taken"] += 1
            return "taken"
        self.told["held"] += 1
        return "held"

    def _confirm(self, played: Round, pool: ThreadPoolExecutor) -> None:
        """Let some confirm, each by two clicks at once, of which one books."""
        chosen = [visit for visit in self._visits(played) if self.lots.random() < 0.6]
        clicks = [visit for visit in chosen for _ in range(2)]
        said = list(pool.map(self.click, clicks))
        for visit in chosen:
            done = [answer for each, answer in zip(clicks, said, strict=True) if each is visit]
            if sorted(done) != ["booked", "dead"]:
                self.wrong.append(f"two clicks of {visit.person['address']} were told {done}")
            played.confirmed.add(visit.start)

    def click(self, visit: Visit) -> str:
        try:
            self.desk.confirm(self.token(visit))
        except DeadLinkError:
            return "dead"
        except TakenError:
            return "taken"
        return "booked"

    def token(self, visit: Visit) -> str:
        """Give the token in the mail that asks to confirm."""
        identifier = self.at.services.access.custody.identifier
        with self.at.services.store.reading() as tx:
            link = tx.repositories.links.get(confirming_id(identifier, visit))
        assert link is not None
        return token_of(identifier, link)

    def _visits(self, played: Round) -> Sequence[Visit]:
        with self.at.services.store.reading() as tx:
            return tx.repositories.visits.of_invitation(played.invitation)

    def _lapse(self, played: Sequence[Round]) -> None:
        self.at.world.pass_time(HELD_FOR)
        for each in played:
            late = [visit for visit in self._visits(each) if visit.confirmed_at is None]
            for visit in late:
                if self.click(visit) != "dead":
                    self.wrong.append(f"{visit.person['address']} confirmed what was held no more")
            free = set(each.starts) - each.confirmed
            if set(self.at.invitations.show(each.token).starts) != free:
                self.wrong.append(f"what lapsed of {each.invitation} is not free again")
        self.at.world.run_once()
        with self.at.services.store.reading() as tx:
            if tx.repositories.visits.lapsed(10**10):
                self.wrong.append("a hold is left that nobody confirmed")

    def _all_is_so(self, played: Sequence[Round]) -> None:
        want = sorted(start for each in played for start in each.confirmed)
        self.at.world.run_once()
        with self.at.services.store.reading() as tx:
            booked = [
                session.final_time.start
                for session in tx.sessions.listed(SessionStatus.SCHEDULED)
                if session.final_time is not None
            ]
            held = [hold.span.start for hold in tx.ledger.holds(UserId("alice"), Span(0, 10**10))]
        for what, found in (("booked", booked), ("held", held), ("written", list(written(self.at)))):
            if sorted(found) != want:
                self.wrong.append(f"{len(want)} starts were confirmed, and {len(found)} are {what}")
        self.wrong += self._unbooked(want)
        self.wrong += [str(each) for each in check(self.at.services.book_deps)]

    def _unbooked(self, want: Sequence[Instant]) -> Iterator[str]:
        """Say of each confirmed start that is not booked how far it has come, and why no further."""
        now = self.at.world.clock.now()
        with self.at.services.store.reading() as tx:
            asides = {one.session_id: one.reason for one in tx.repositories.set_aside.all()}
            for session in tx.sessions.listed(SessionStatus.PENDING):
                booking = tx.ledger.booking(session.id)
                effects = [(one.state, one.last_code, one.attempts) for one in tx.ledger.effects(session.id)]
                stands = booking and (booking.state, booking.lease_until - now, booking.next_at - now)
                yield f"{session.id} of {len(want)}: {stands} {effects} {asides.get(session.id)}"


def written(at: Outsiders) -> Iterator[Instant]:
    """Give the starts of what gatherly wrote into Alice's folder."""
    for text in at.world.events("alice"):
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        begins = event.decoded("DTSTART")
        assert isinstance(begins, datetime)
        yield int(begins.astimezone(UTC).timestamp())
