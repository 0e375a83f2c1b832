"""Why a time suits somebody's habits: told to them and to operators, beside what everybody reads."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.documents.learned_models import parse_model
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.learning.model import LearnedModel
from engine.learning.reasons import why
from engine.model.learning import HABITS, MODEL, shown_id
from engine.model.session import EventSession
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import Instant

_VERBS = (" took ", " seldom takes ", " seldom take ")
Features = Mapping[str, Mapping[str, str]]
"""By person, a time's bucket of each feature."""


class ToldHabits:
    """Knows the fitted model as long as it stands: reading one takes longer than any page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[int, LearnedModel] | None = None

    def model(self, tx: Transaction) -> LearnedModel:
        """Give the model that the store holds; an empty one where there is none, or none that can be read."""
        note = tx.repositories.learning.get(MODEL)
        if note is None:
            return LearnedModel()
        with self._lock:
            if self._known is None or self._known[0] != note.version:
                self._known = note.version, _read(note.document)
            return self._known[1]

    def told(
        self, tx: Transaction, session: Mapping[str, Any], reader: UserId | None, *, everybodys: bool
    ) -> dict[str, Any]:
        """Give a session's document with the reader's own habits in words, or with `everybodys`."""
        slots = session.get("proposedTimes", ())
        told = [one for slot in slots for one in slot.get("reasons") or () if one["code"] == HABITS]
        whose = {UserId(one["user"]) for one in told if everybodys or one["user"] == reader}
        if not whose:
            return dict(session)
        names = {user.id: user.name for user in tx.users.some(whose)}
        called = {user: "you" if user == reader else name for user, name in names.items()}
        model, shown = self.model(tx), shown_features(tx, SessionId(session["id"]))
        return {
            **session,
            "proposedTimes": [
                {**slot, "reasons": _in_words(slot, model, shown.get(slot["start"], {}), called, names)}
                if "reasons" in slot
                else slot
                for slot in slots
            ],
        }

    def lessons(self, tx: Transaction, session: EventSession, user: User) -> Mapping[Instant, Sequence[str]]:
        """Say to somebody by which of their lessons the times on offer are ranked, by their starts."""
        ranked = {
            slot.start: one.points
            for slot in session.proposed_times
            for one in slot.reasons
            if one.code == HABITS and one.user == user.id
        }
        if not ranked:
            return {}
        model, shown = self.model(tx), shown_features(tx, session.id)
        features = {start: shown.get(format_instant(start), {}).get(user.id, {}) for start in ranked}
        return {start: why(model, user.id, "you", features[start], ranked[start]) for start in ranked}


def shown_features(tx: Transaction, session: SessionId) -> Mapping[str, Features]:
    """Give what was written down of the times that a session shows now, by their starts (RFC 3339)."""
    note = tx.repositories.learning.get(shown_id(session))
    lists = () if note is None else note.document.get("lists", ())
    return {slot["start"]: slot["features"] for slot in lists[-1]["slots"]} if lists else {}


def said(text: str, name: str, called: str, lessons: Sequence[str]) -> str:
    """Say whether a time suits somebody's habits, and why."""
    lead = text.replace(f"{name}'s habits", "your habits") if called == "you" else text
    return f"{lead}: {'; '.join(_once(lessons))}" if lessons else lead


def _once(lessons: Sequence[str]) -> Iterator[str]:
    """Name whoever did something once: `you took 2 of 4 times a day ahead; 2 of 6 times on Mondays`."""
    first, *rest = lessons
    done = next((first[: first.index(verb) + len(verb)] for verb in _VERBS if verb in first), first)
    yield first
    yield from (one.removeprefix(done) for one in rest)


def _in_words(
    slot: Mapping[str, Any],
    model: LearnedModel,
    features: Features,
    called: Mapping[UserId, str],
    names: Mapping[UserId, str],
) -> list[dict[str, Any]]:
    found = []
    for one in slot["reasons"]:
        user = UserId(str(one.get("user")))
        if one["code"] == HABITS and user in called:
            lessons = why(model, user, called[user], features.get(user, {}), one["points"])
            one = {**one, "text": said(one["text"], names[user], called[user], lessons)}
        found.append(dict(one))
    return found


def _read(document: Mapping[str, Any]) -> LearnedModel:
    try:
        return parse_model(document)
    except InputError:
        return LearnedModel()  # whoever ranks by it says why it is refused
