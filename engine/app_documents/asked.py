"""What an app asks for by changing a session's document, in the words of the session's state machine.

Nothing in a document says who wrote an answer: that everybody adds only their own is held by the rules that
are deployed with gatherly. What can be told without them is told here: answers are only ever added behind
those that were there, none is there twice, and where several people's came at once the host's, which books,
may be somebody else's work.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from engine.app_documents.document_write import GONE
from engine.app_documents.fields import METADATA, digests
from engine.bounds import LONGEST_REASON
from engine.documents.sessions import session_document
from engine.errors import InputError
from engine.model.app_document import AppDocument
from engine.model.session import Answer, EventSession, Response, SessionStatus
from engine.model.session_metadata import OURS, Key
from engine.model.session_record import SessionRecord
from engine.sessions import state_machine
from engine.sessions.guests import asking_anew
from engine.sessions.state_machine import EXPIRED, Confirm
from engine.time.span import Instant

RESPONSES = "responses"


def added(before: AppDocument, theirs: EventSession) -> tuple[Response, ...]:
    """Give what stands behind the answers that both sides knew, as they were agreed on or as they were sent.

    Raises:
        InputError: an answer that was known is gone, changed or moved, or one stands there twice.
    """
    known = {(before.known or {}).get(RESPONSES, GONE), *before.sending.get(RESPONSES, ())}
    written = session_document(theirs).get(RESPONSES, [])
    first = next((count for count in range(len(written), -1, -1) if _digest(written[:count]) in known), None)
    if first is None:
        raise InputError(
            f"The answers of session {theirs.id} were not just added to: none of what was changed counts",
            "Leave those that are there as they are, and add your own behind them",
        )
    if len(set(theirs.responses)) < len(theirs.responses):
        raise InputError(
            f"An answer stands twice in session {theirs.id}: nothing of what was added counts",
            "Add each answer once",
        )
    return theirs.responses[first:]


def _digest(responses: Collection[object]) -> str:
    return digests({RESPONSES: list(responses)})[RESPONSES] if responses else GONE


def doubtful(session: EventSession, fresh: Collection[Response]) -> Collection[Response]:
    """Give those of several people's answers that would book and cannot be known to be the host's own."""
    if len({response.user_id for response in fresh}) < 2:
        return ()
    return [response for response in fresh if response.user_id == session.host_user_id]


Command = Callable[[EventSession], EventSession]
"""One of `engine.sessions.state_machine`, with everything but the session filled in."""

_WORDS = ("title", "description", "location")
_PLAN = {
    "inviteeIds": "invitee_ids",
    "optionalIds": "optional_ids",
    "groups": "groups",
    "duration": "duration",
    "constraints": "constraints",
    "search": "search",
    "searchDays": "search_days",
    "minimumNotice": "minimum_notice",
    "bufferTime": "buffer_time",
}
"""What the proposals depend on: a document's field, and the session's."""
_ASIDE = {"recurrence": "recurrence", "expiresAt": "expires_at"}
"""What may change without other times being looked for."""


def commands(
    before: AppDocument, theirs: EventSession, fields: Collection[str], *, now: Instant, confirm: Confirm
) -> list[Command]:
    """Give what an app asks for by having changed these fields to what they are, in the order to do it.

    Fields that are gatherly's alone ask for nothing: they are written as they were. So are its notes in the
    metadata, of which only the reason is heard, and only where the session is called off.
    """
    found: list[Command] = []
    if set(fields).intersection(_WORDS):
        words = {key: getattr(theirs, key) for key in _WORDS if key in fields}
        found.append(lambda session: state_machine.edit(session, **words))
    if any(key.startswith(METADATA) or key in _PLAN or key in _ASIDE for key in fields):
        found.append(lambda session: _replanned(session, theirs, fields))
    if RESPONSES in fields:
        found += _answering_all(before, theirs, now, confirm)
    if "rejectedSlots" in fields and theirs.rejected_slots:
        found.append(lambda session: _rejecting(session, theirs, now))
    if "finalTime" in fields:
        found.append(lambda session: _choosing(session, theirs, now, confirm))
    if "status" in fields:
        found.append(lambda session: _ending(session, theirs, now))
    return found


def as_created(theirs: EventSession) -> tuple[EventSession, Sequence[str]]:
    """Give a session that an app has made as it begins, and what of it cannot be granted.

    A time is final only once it was proposed and accepted; nobody can have answered before gatherly knew of
    the session; its notes are gatherly's own.
    """
    if theirs.status is not SessionStatus.PENDING:
        return theirs, ()
    refused = []
    if theirs.final_time is not None:
        refused.append("A time can be chosen once it is proposed. Wait for proposedTimes, then set finalTime")
    if theirs.responses:
        refused.append("Answers from before gatherly knew of the session do not count. Answer again")
    if theirs.guests:
        refused.append("Guests are asked in by whoever hosts the session, with gatherly itself")
    metadata = {key: value for key, value in theirs.metadata.items() if key not in OURS}
    bare = replace(
        theirs, final_time=None, responses=(), guests=(), metadata=metadata, record=SessionRecord()
    )
    return bare, tuple(refused)


def _replanned(session: EventSession, theirs: EventSession, fields: Collection[str]) -> EventSession:
    changed = {name: getattr(theirs, name) for key, name in _ASIDE.items() if key in fields}
    changed["metadata"] = _metadata(session, theirs, fields)
    plan = {name: getattr(theirs, name) for key, name in _PLAN.items() if key in fields}
    if any(getattr(session, name) != value for name, value in plan.items()):
        if session.status is not SessionStatus.PENDING or session.final_time is not None:
            raise InputError(
                f"Session {session.id} is {session.status} with a time; its {', '.join(plan)} stay",
                "Remove finalTime to look for another time first",
            )
        changed |= {**plan, "proposed_times": ()}
        return asking_anew(replace(session, **changed))
    return replace(session, **changed)


def _metadata(session: EventSession, theirs: EventSession, fields: Collection[str]) -> dict[str, Any]:
    """Take keys that mean nothing here as the app has them."""
    keys = {field.removeprefix(METADATA) for field in fields if field.startswith(METADATA)} - OURS
    kept = {key: value for key, value in session.metadata.items() if key not in keys}
    return kept | {key: theirs.metadata[key] for key in theirs.metadata if key in keys}


def _answering_all(
    before: AppDocument, theirs: EventSession, now: Instant, confirm: Confirm
) -> list[Command]:
    """Give what the added answers ask for; whatever cannot be counted says why when it is its turn."""
    try:
        fresh = added(before, theirs)
    except InputError as error:
        return [_refusing(error)]
    unsure = doubtful(theirs, fresh)
    return [
        _refusing(
            InputError(
                "The host's answer came together with others' and may be somebody else's: it does not count",
                "The host chooses by setting finalTime",
            )
        )
        if response in unsure
        else _answering(response, now, confirm)
        for response in fresh
    ]


def _refusing(error: InputError) -> Command:
    def command(session: EventSession) -> EventSession:
        raise error

    return command


def _answering(response: Response, now: Instant, confirm: Confirm) -> Command:
    def command(session: EventSession) -> EventSession:
        if response.answer is Answer.DECLINED:
            return state_machine.decline(session, response.user_id, now=now)
        start = response.slot if response.slot is not None else _only_start(session)
        named = state_machine.with_named(session, start)
        return state_machine.accept(named, start, response.user_id, now=now, confirm=confirm)

    return command


def _only_start(session: EventSession) -> Instant:
    if len(session.proposed_times) != 1:
        raise InputError(
            f"An answer to session {session.id} names no slot", "Write the start of a proposed time as slot"
        )
    return session.proposed_times[0].start


def _rejecting(session: EventSession, theirs: EventSession, now: Instant) -> EventSession:
    known = {slot.span for slot in session.rejected_slots}
    proposed = {slot.span for slot in session.proposed_times}
    named = {slot.span for slot in theirs.rejected_slots} - known
    return state_machine.reject(session, now=now) if named & proposed else session


def _choosing(session: EventSession, theirs: EventSession, now: Instant, confirm: Confirm) -> EventSession:
    chosen = theirs.final_time
    if chosen is not None:
        named = state_machine.with_named(session, chosen.start)
        return state_machine.accept(named, chosen.start, session.host_user_id, now=now, confirm=confirm)
    return session if session.final_time is None else state_machine.reschedule(session, now=now)


def _ending(session: EventSession, theirs: EventSession, now: Instant) -> EventSession:
    if theirs.status is SessionStatus.CANCELLED:
        why = theirs.metadata.get(Key.REASON)
        reason = why[:LONGEST_REASON] if isinstance(why, str) and why != EXPIRED else None
        return state_machine.cancel(session, reason, now=now)
    back = theirs.status is SessionStatus.PENDING and session.status is SessionStatus.SCHEDULED
    return state_machine.reschedule(session, now=now) if back else session
