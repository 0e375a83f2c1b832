"""Training data from the store (F0 phase 4): one row a shown time, with pseudonyms in the place of ids."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

from daemon.app.access import Access
from daemon.proposals.learn import silent_people
from daemon.proposals.learning_log import MOST_EVENTS
from engine.ids import UserId
from engine.learning.features import Feature
from engine.learning.showing import first_ends, logged_of
from engine.model.history import SchedulingEvent
from engine.time.instant import format_instant

Row = dict[str, Any]


def training_rows(
    access: Access, *, people: Collection[UserId] | None, everybody: bool, identified: bool
) -> list[Row]:
    """Give rows of those who learn: F0's training query decides whose, unless everybody is asked for."""
    silent = silent_people(access.configuration)
    with access.store.reading() as tx:
        events = tx.repositories.analytics.newest(MOST_EVENTS)
        worth = {one.user_id for one in tx.repositories.profiles.for_training()}
        known = {user.id for user in tx.users.all()}
    wanted = (known if everybody else worth) - silent
    if people is not None:
        wanted &= set(people)
    install = access.store.install
    return [
        row
        for end in first_ends(events)
        if end.host_user_id in wanted
        for row in _rows(end, install, silent, identified)
    ]


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
                **{feature.value: features.get(feature.value) for feature in Feature},
                "score": slot.get("score"),
                "policy": one["policy"],
                "version": one["version"],
                "propensity": one["propensity"],
                "outcome": _outcome(slot["start"], taken, end),
            }


def _outcome(start: str, taken: str | None, end: SchedulingEvent) -> str:
    if start == taken:
        return "taken"
    if any(slot.get("start") == start for slot in end.rejected_slots):
        return "rejected"
    return "left" if taken is not None else str(end.outcome)
