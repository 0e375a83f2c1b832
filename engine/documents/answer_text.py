"""The answer document of `gatherly find` as JSON, written in one go: a stream of requests writes thousands.

What it says is what `answers.answer_document` says, and how it is written what `json.dumps` writes; only the
many small parts of proposals are not made into objects first.
"""

import json
from collections.abc import Iterable
from functools import partial
from json.encoder import encode_basestring as _text

from engine.documents.answers import failure_document
from engine.documents.slots import occurrence_document
from engine.find.answer import FindAnswer
from engine.ids import UserId
from engine.model.session import Availability, TimeSlot
from engine.time.instant import format_instant

_FLAGS = {True: "true", False: "false"}
_written = partial(json.dumps, ensure_ascii=False)


def answer_text(answer: FindAnswer, *, all_starts: bool = False) -> str:
    """Write an answer; `starts` only where all candidates were asked for."""
    slots = ", ".join([slot_text(slot) for slot in answer.proposed])
    starts = (
        f', "starts": {_written([format_instant(start) for start in answer.starts])}' if all_starts else ""
    )
    failure = "null" if answer.failure is None else _written(failure_document(answer.failure))
    return f'{{"status": "{answer.status}", "proposedTimes": [{slots}]{starts}, "failure": {failure}}}'


def slot_text(slot: TimeSlot) -> str:
    """Write a TimeSlot document; score, reasons and attendees only where it carries an explanation."""
    explained = _explained(slot) if slot.reasons or slot.attendees else ""
    occurrences = (
        f', "occurrences": {_written([occurrence_document(one) for one in slot.occurrences])}'
        if slot.occurrences
        else ""
    )
    return (
        f'{{"start": "{format_instant(slot.start)}", "end": "{format_instant(slot.end)}", '
        f'"confidence": {slot.confidence!r}, "conflicts": {_texts(slot.conflicts)}{explained}{occurrences}}}'
    )


def _explained(slot: TimeSlot) -> str:
    reasons = ", ".join([_reason(*one) for one in slot.reasons])
    attendees = ", ".join([_attendee(*one) for one in slot.attendees])
    return f', "score": {slot.score!r}, "reasons": [{reasons}], "attendees": [{attendees}]'


def _reason(code: str, user: UserId | None, points: float, text: str) -> str:
    whose = "null" if user is None else _text(user)
    return f'{{"code": {_text(code)}, "user": {whose}, "points": {points!r}, "text": {_text(text)}}}'


def _attendee(user: UserId, state: Availability, required: bool, start: str) -> str:
    return (
        f'{{"user": {_text(user)}, "availability": "{state}", "required": {_FLAGS[required]}, '
        f'"localStart": "{start}"}}'
    )


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
