"""What befalls the daemon and all that it depends on: consents, tokens, outages, lost answers."""

import random
from collections.abc import Callable
from dataclasses import replace

from engine.time.span import HOUR, MINUTE, Instant
from tests.simulation.acts import Kind
from tests.simulation.daemon import Running
from tests.simulation.people import OFTEN, Does
from tests.simulation.town import Simulated
from tests.standins.google.faults import Fault as AtGoogle
from tests.standins.outlook.faults import Fault as AtOutlook

OUTAGES = (20 * MINUTE, 2 * HOUR, 9 * HOUR)
LONG_OUTAGE = 40 * HOUR
"""Longer than anything is tried before it is called stuck."""
CONSENT_AFTER = 10 * HOUR
AWAY = "451 not now"
WRITES_AT_GOOGLE = tuple(f"calendar.events.{one}" for one in ("insert", "update", "patch", "delete"))
WRITES_AT_OUTLOOK = tuple(f"events.{one}" for one in ("create", "update", "delete"))


class Mishaps:
    """What goes wrong, and what puts it right `later`; until `refused_until` a provider may refuse writes."""

    def __init__(self, town: Simulated) -> None:
        self.later: list[tuple[Instant, Callable[[Running], None]]] = []
        self.refused_until: Instant = 0
        self._town = town

    def acts(self) -> dict[Kind, Does]:
        """Give what befalls by its kind."""
        return {
            Kind.REVOKE: self._revoke,
            Kind.TOKENS: self._tokens,
            Kind.SYNC_TOKENS: self._sync_tokens,
            Kind.GOOGLE_AWAY: self._google_away,
            Kind.OUTLOOK_AWAY: self._outlook_away,
            Kind.LONG_AWAY: self._long_away,
            Kind.HALF_AWAY: self._half_away,
            Kind.REFUSING: self._refusing,
            Kind.RELAY_AWAY: self._relay_away,
            Kind.ANSWER_LOST: self._answer_lost,
            Kind.RELOAD: self._reload,
        }

    def come_due(self, one: Running) -> None:
        """Put right what was to be put right by now."""
        due = [each for each in self.later if each[0] <= self._town.time.at]
        self.later = [each for each in self.later if each not in due]
        for _, what in due:
            what(one)

    def _later(self, seconds: int, what: Callable[[Running], None]) -> None:
        self.later.append((int(self._town.time.at) + seconds, what))

    def _revoke(self, one: Running, _chance: random.Random) -> None:
        self._refused_for(CONSENT_AFTER)
        self._town.revoke()
        self._later(CONSENT_AFTER, self._consent)

    def _consent(self, one: Running) -> None:
        fresh = self._town.grant()
        with one.services.store.writing() as tx:
            there = tx.repositories.grants.get(fresh.connector)
            version = 0 if there is None else there.version
            tx.repositories.grants.put(replace(fresh, version=version))
            account = tx.calendars.account(fresh.connector)
            if account is not None:
                tx.calendars.put_account(replace(account, next_run=self._town.time.now()))

    def _tokens(self, _one: Running, _chance: random.Random) -> None:
        self._town.google.expire_access_tokens()
        self._town.outlook.expire_access_tokens()

    def _sync_tokens(self, _one: Running, _chance: random.Random) -> None:
        self._town.google.expire_sync_tokens()
        self._town.outlook.forget_deltas()

    def _google_away(self, _one: Running, chance: random.Random) -> None:
        fault = chance.choice((AtGoogle.UNAVAILABLE, AtGoogle.LOST_AFTER, AtGoogle.ERROR_AFTER))
        self._google_is_away(fault, chance.choice(OUTAGES))

    def _google_is_away(self, fault: AtGoogle, seconds: int, *asked: str) -> None:
        def meet(what: AtGoogle) -> None:
            for one in asked or ("*",):
                self._town.google.faults.always(one, what)

        meet(fault)
        self._later(seconds, lambda _: meet(AtGoogle.NONE))

    def _outlook_away(self, _one: Running, chance: random.Random) -> None:
        fault = chance.choice((AtOutlook.UNAVAILABLE, AtOutlook.LOST_AFTER, AtOutlook.ERROR_AFTER))
        self._outlook_is_away(fault, chance.choice(OUTAGES))

    def _outlook_is_away(self, fault: AtOutlook, seconds: int, *asked: str) -> None:
        def meet(what: AtOutlook) -> None:
            for one in asked or ("*",):
                self._town.outlook.faults.always(one, what)

        meet(fault)
        self._later(seconds, lambda _: meet(AtOutlook.NONE))

    def _long_away(self, _one: Running, chance: random.Random) -> None:
        """Let one of them be away for more than a day; it may do what it is asked, and say nothing."""
        if chance.random() < OFTEN:
            fault = chance.choice((AtGoogle.UNAVAILABLE, AtGoogle.LOST_AFTER))
            self._google_is_away(fault, LONG_OUTAGE)
        else:
            at_outlook = chance.choice((AtOutlook.UNAVAILABLE, AtOutlook.LOST_AFTER))
            self._outlook_is_away(at_outlook, LONG_OUTAGE)

    def _half_away(self, _one: Running, chance: random.Random) -> None:
        """Let one of them read what is busy, lose the answer of each write, and find no single event."""
        seconds = chance.choice(OUTAGES[:2])
        if chance.random() < OFTEN:
            self._google_is_away(AtGoogle.LOST_AFTER, seconds, "calendar.events.insert")
            self._google_is_away(AtGoogle.UNAVAILABLE, seconds, "calendar.events.get")
        else:
            self._outlook_is_away(AtOutlook.LOST_AFTER, seconds, "events.create")
            self._outlook_is_away(AtOutlook.UNAVAILABLE, seconds, "events.list", "events.get")

    def _refusing(self, _one: Running, chance: random.Random) -> None:
        """Let one of them refuse whatever is to be written or deleted, for a while, and say so."""
        seconds = chance.choice(OUTAGES[1:])
        self._refused_for(seconds)
        if chance.random() < OFTEN:
            self._google_is_away(AtGoogle.FORBIDDEN, seconds, *WRITES_AT_GOOGLE)
        else:
            self._outlook_is_away(AtOutlook.FORBIDDEN, seconds, *WRITES_AT_OUTLOOK)

    def _refused_for(self, seconds: int) -> None:
        until = int(self._town.time.at) + seconds + HOUR  # it may be looked at afterwards
        self.refused_until = max(self.refused_until, until)

    def _answer_lost(self, _one: Running, chance: random.Random) -> None:
        """Carry out the next write at one of them, and lose the answer; or carry it out twice."""
        if chance.random() < OFTEN:
            at_google = chance.choice((AtGoogle.LOST_AFTER, AtGoogle.ERROR_AFTER, AtGoogle.TWICE))
            self._town.google.faults.then("calendar.events.insert", at_google)
        else:
            at_outlook = chance.choice((AtOutlook.LOST_AFTER, AtOutlook.ERROR_AFTER, AtOutlook.TWICE))
            self._town.outlook.faults.then("events.create", at_outlook)

    def _relay_away(self, _one: Running, chance: random.Random) -> None:
        self._town.room.at_recipient = AWAY
        self._later(chance.choice(OUTAGES), self._relay_back)

    def _relay_back(self, _one: Running) -> None:
        self._town.room.at_recipient = "250 OK"

    def _reload(self, one: Running, _chance: random.Random) -> None:
        one.services = one.services.again(one.services)
