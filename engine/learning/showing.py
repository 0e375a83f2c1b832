"""What a session was shown, as it is written down: with features, scores, probability and policy."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from engine.errors import InputError
from engine.find.person import People, Person
from engine.ids import UserId
from engine.learning.exploration import Drawn
from engine.learning.features import AROUND, clock_keys, lead_key, lead_of, length_key
from engine.learning.lessons import Around, Logged, ShownList
from engine.learning.surroundings import keys_of
from engine.model.history import SchedulingEvent
from engine.model.session import Answer, EventSession, Response
from engine.time.instant import format_instant, parse_instant
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

Document = Mapping[str, Any]
_WEEK = 7 * MINUTES_A_DAY


def shown_document(
    session: EventSession,
    drawn: Drawn,
    people: People,
    *,
    policy: str,
    version: str,
    now: Instant,
) -> dict[str, Any]:
    """Write down one list as it is shown."""
    candidates = [format_instant(slot.start) for slot in sorted(drawn.candidates, key=lambda one: one.start)]
    return {
        "at": format_instant(now),
        "policy": policy,
        "version": version,
        "propensity": drawn.propensity,
        "hash": hashlib.sha256(" ".join(candidates).encode()).hexdigest(),
        "candidates": candidates,
        "inviteeIds": list(session.invitee_ids),
        "optionalIds": list(session.optional_ids),
        "duration": session.duration,
        "slots": [
            {
                "start": format_instant(slot.start),
                "score": slot.score,
                "confidence": slot.confidence,
                "features": {
                    user: _features(people[user], slot.start, now, session.duration)
                    for user in session.attendee_ids
                    if user in people
                },
            }
            for slot in drawn.slots
        ],
    }


def _features(person: Person, start: Instant, now: Instant, minutes: int) -> dict[str, str]:
    keys = (
        *clock_keys(person.local.clock(start) // MINUTE % _WEEK, minutes),
        lead_key(lead_of(start, now)),
        length_key(minutes),
        *keys_of(person, start, start + minutes * MINUTE),
    )
    return {feature.value: bucket for feature, bucket in keys}


def ended(shown: Sequence[Document], responses: Iterable[Response], now: Instant) -> list[dict[str, Any]]:
    """Close what was written down with how long it took, and with what each person declined."""
    lists = [dict(one) for one in shown]
    for one in lists:
        one["latency"] = max(now - parse_instant(one["at"]), 0)
    if lists:
        declined = [
            {"userId": one.user_id, "answer": one.answer.value, "slot": start, "at": format_instant(one.at)}
            for one in responses
            if one.answer is Answer.DECLINED
            for start in _spoken_of(one, lists)
        ]
        lists[0]["responses"] = declined
    return lists


def _spoken_of(response: Response, lists: Sequence[Document]) -> list[str]:
    """Give the starts that an answer speaks of: its own, or those of the list that was shown then."""
    if response.slot is not None:
        return [format_instant(response.slot)]
    before = [one for one in lists if parse_instant(one["at"]) <= response.at]
    return [slot["start"] for slot in before[-1]["slots"]] if before else []


def logged_of(event: SchedulingEvent) -> Logged | None:
    """Read a row of the log; None where nothing was shown, or it cannot be read."""
    try:
        return _logged(event)
    except (InputError, KeyError, TypeError, AttributeError, ValueError):
        return None


def _logged(event: SchedulingEvent) -> Logged | None:
    if not event.shown or event.anonymised_at is not None:
        return None
    first, last = event.shown[0], event.shown[-1]
    declined = first.get("responses", ())
    proposed = [slot["start"] for one in event.shown for slot in one["slots"]]
    return Logged(
        created=parse_instant(first["at"]),
        host=_user(event.host_user_id),
        invitees=tuple(map(_user, first["inviteeIds"])),
        optional=tuple(map(_user, first["optionalIds"])),
        duration=int(first["duration"]),
        proposed=tuple(map(parse_instant, dict.fromkeys(proposed))),
        selected=None if event.selected_slot is None else parse_instant(event.selected_slot["start"]),
        rejected=tuple(parse_instant(slot["start"]) for slot in event.rejected_slots),
        outcome=event.outcome,
        declined=tuple((_user(one["userId"]), parse_instant(one["slot"])) for one in declined),
        shown=ShownList(
            policy=str(last["policy"]),
            propensity=float(last["propensity"]) if len(event.shown) == 1 else None,
            candidates=tuple(map(parse_instant, last["candidates"])),
            around={
                parse_instant(slot["start"]): {
                    user: _lying(*map(features.get, AROUND))
                    for user, features in slot.get("features", {}).items()
                }
                for one in event.shown
                for slot in one["slots"]
            },
        ),
    )


def _around(features: Mapping[str, Mapping[str, str]]) -> Around:
    return {_user(name): _lying(*map(found.get, AROUND)) for name, found in features.items()}


@lru_cache(maxsize=4096)
def _user(name: str) -> UserId:
    """Name somebody by the same object wherever a log does."""
    return UserId(name)


@lru_cache(maxsize=256)
def _lying(*buckets: str | None) -> Mapping[str, str]:
    """Give what lay around a time; there are few such, and a log that is kept names them again and again."""
    return {feature: bucket for feature, bucket in zip(AROUND, buckets, strict=True) if bucket is not None}


def first_ends(events: Iterable[SchedulingEvent]) -> list[SchedulingEvent]:
    """Give each session's first end: what came of it later teaches nothing of what was shown."""
    found: dict[str, SchedulingEvent] = {}
    for event in events:
        found.setdefault(event.session_id, event)
    return list(found.values())


class Ended(NamedTuple):
    """A session's first end, and what it says of what was shown."""

    event: SchedulingEvent
    logged: Logged


def ended_sessions(events: Iterable[SchedulingEvent]) -> list[Ended]:
    """Read each session's first end, oldest first; those are left out that show nothing or cannot be read."""
    ends = ((event, logged_of(event)) for event in first_ends(events))
    return [Ended(event, logged) for event, logged in ends if logged is not None]


def scored(event: SchedulingEvent) -> list[tuple[float, float, bool]]:
    """Give score, confidence and whether it was taken of every time that a session's people chose among.

    Each counts once, as it was shown last; one that was withdrawn before anybody could take it does not.
    """
    chosen = None if event.selected_slot is None else event.selected_slot.get("start")
    told = {slot.get("start") for slot in (*event.proposed_slots, *event.rejected_slots)} | {chosen}
    shown = {
        slot["start"]: (float(slot["score"]), float(slot["confidence"]))
        for one in event.shown
        for slot in one.get("slots", ())
        if slot["start"] in told and "score" in slot and "confidence" in slot
    }
    return [(*said, start == chosen) for start, said in shown.items()]
