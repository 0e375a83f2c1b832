"""Training data from the store (F0 phase 4): one row a shown time, with pseudonyms in the place of ids."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from daemon.app.access import Access
from daemon.proposals.learn import silent_people
from daemon.proposals.learning_log import MOST_EVENTS
from engine.ids import UserId
from engine.learning.features import Feature
from engine.learning.showing import first_ends, logged_of
from engine.model.history import SchedulingEvent
from engine.time.instant import format_instant

Row = dict[str, Any]


class Training(NamedTuple):
    """Rows, and of how many people there are some that are left out: too little is known of them."""

    rows: list[Row]
    left_out: int


def training_rows(
    access: Access, *, people: Collection[UserId] | None, everybody: bool, identified: bool
) -> Training:
    """Give rows of those who learn: F0's training query decides whose, unless everybody is asked for."""
    silent = silent_people(access.configuration)
    with access.store.reading() as tx:
        events = tx.repositories.analytics.newest(MOST_EVENTS)
        worth = {one.user_id for one in tx.repositories.profiles.for_training()}
        known = {user.id for user in tx.users.all()}
    asked = known - silent if people is None else (known - silent) & set(people)
    wanted = asked if everybody else asked & worth
    install, ends = access.store.install, first_ends(events)
    rows = [
        row for end in ends if end.host_user_id in wanted for row in _rows(end, install, silent, identified)
    ]
    hosts = {end.host_user_id for end in ends if logged_of(end) is not None}
    return Training(rows, len(hosts & asked - wanted))


def _rows(end: SchedulingEvent, install: str, silent: Collection[UserId], identified: bool) -> Iterator[Row]:
    logged = logged_of(end)
    if logged is None:
        return

    def name(kind: str, value: str) -> str:
        return value if identified else hashlib.sha256(f"{install}/{kind}/{value}".encode()).hexdigest()[:16]

    taken = None if logged.selected is None else format_instant(logged.selected)
    for one in end.shown:
        for slot in one.get("slots", ()):
            features = slot.get("features", {}).get(end.host_user_id, {})
            yield {
                "session": name("session", end.session_id),
                "host": name("user", end.host_user_id),
                "people": len([user for user in logged.required if user not in silent]),
                "start": slot["start"],
                "asked": one["at"],
                **{_column(feature): features.get(feature.value) for feature in Feature},
                "score": slot.get("score"),
                "policy": one["policy"],
                "version": one["version"],
                "propensity": one["propensity"],
                "outcome": _outcome(slot["start"], taken, end),
            }


def _column(feature: Feature) -> str:
    """Name a feature's column; `start` is the shown time itself."""
    return "start_kind" if feature is Feature.START else feature.value


def _outcome(start: str, taken: str | None, end: SchedulingEvent) -> str:
    if start == taken:
        return "taken"
    if any(slot.get("start") == start for slot in end.rejected_slots):
        return "rejected"
    return "left" if taken is not None else str(end.outcome)
