"""What mails say, line by line: to their reader as one says it to somebody, in whole sentences."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from daemon.app.reader import Reader
from daemon.notices.content import as_text
from daemon.notices.wording import content_of
from daemon.notices.words.notice import Telling
from engine.ids import SessionId, UserId
from engine.model.notices import NoticeKind
from engine.model.session import EventSession, Reason, TimeSlot
from engine.model.user import User
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR

NOW = parse_instant("2026-11-16T08:00:00Z")
START = NOW + DAY
ALICE = User(
    id=UserId("a"),
    email="a@example.com",
    name="Alice Chen",
    timezone="Europe/Berlin",
    created_at=0,
    updated_at=0,
)
BOB = replace(ALICE, id=UserId("b"), email="b@example.com", name="Bob Martin")


def slot(*reasons: Reason) -> TimeSlot:
    return TimeSlot(start=START, end=START + HOUR, confidence=0.5, reasons=reasons)


SESSION = EventSession(
    id=SessionId("s"),
    host_user_id=ALICE.id,
    invitee_ids=(BOB.id,),
    title="Review",
    duration=60,
    created_at=NOW,
    expires_at=NOW + 7 * DAY,
    proposed_times=(slot(),),
)


def said(
    kind: NoticeKind, details: Mapping[str, Any], user: User = ALICE, session: EventSession = SESSION
) -> str:
    """Give the subject and the text that somebody reads."""
    content = content_of(
        Telling(
            kind=kind,
            details=details,
            user=user,
            reader=Reader(user.timezone, NOW),
            session=session,
            names={ALICE.id: ALICE.name, BOB.id: BOB.name},
        )
    )
    return f"{content.subject}\n{as_text(content)}"


REASONS: dict[str, str] = {
    "it is night for Alice Chen": "It is night for you.",
    "Alice Chen has no break before or after it": "You have no break before or after it.",
    "Alice Chen is busy": "You are busy.",
    "it falls into Alice Chen's lunch hour": "It falls into your lunch hour.",
    "whether Alice Chen can come is unknown": "Whether you can come is unknown.",
    "Alice Chen took 18 of 20 times at 14:00": "You took 18 of 20 times at 14:00.",
    "Alice Chen seldom takes times on Fridays: 1 of 9": "You seldom take times on Fridays: 1 of 9.",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_told_to_whom_it_is_about_as_you_and_to_others_by_name(reason: str) -> None:
    about = Reason("code", ALICE.id, -5, reason)
    session = replace(SESSION, proposed_times=(slot(about),))
    assert REASONS[reason] in said(NoticeKind.PROPOSED, {}, ALICE, session)
    assert f"{reason[:1].upper()}{reason[1:]}." in said(NoticeKind.PROPOSED, {}, BOB, session)


SPAN = {"start": START, "end": START + HOUR, "was": START}
ALONE = replace(SESSION, invitee_ids=())
TELLS: list[tuple[NoticeKind, dict[str, Any], User, EventSession, str, str]] = [
    (NoticeKind.REOPENED, {**SPAN, "why": "rescheduled"}, ALICE, SESSION, "You look for another", "looks"),
    (NoticeKind.REOPENED, {**SPAN, "why": "rescheduled"}, BOB, SESSION, "Alice Chen looks for", "You look"),
    (NoticeKind.REOPENED, {**SPAN, "why": "declined", "no": ["b"]}, BOB, SESSION, "You cannot come.", "Bob"),
    (
        NoticeKind.CONFLICT,
        {**SPAN, "by": "a", "to": [START, START + 1]},
        ALICE,
        SESSION,
        "You moved your copy",
        "their",
    ),
    (
        NoticeKind.CONFLICT,
        {**SPAN, "by": "b", "to": [START, START + 1]},
        ALICE,
        SESSION,
        "Bob Martin moved their copy",
        "your",
    ),
    (NoticeKind.BOOKED, SPAN, ALICE, ALONE, "Tuesday 17 November, 09:00–10:00 (Berlin)", "With"),
    (NoticeKind.BOOKED, SPAN, BOB, SESSION, "With: Alice Chen", "nobody"),
    (NoticeKind.PROPOSED, {}, ALICE, ALONE, "60 minutes. One time suits", "with"),
    (NoticeKind.REMINDER, SPAN, ALICE, ALONE, "When: Tuesday 17 November, 09:00–10:00 (Berlin)", "With"),
    (NoticeKind.REMINDER, SPAN, BOB, SESSION, "You need do nothing", "nobody"),
    (
        NoticeKind.NOT_BOOKED,
        {"why": "Bob is busy."},
        ALICE,
        SESSION,
        "could not be booked: Bob is busy.",
        "..",
    ),
    (
        NoticeKind.ANSWERED,
        {"by": "b", "answer": "wished", "words": "later"},
        ALICE,
        SESSION,
        "unless you change it",
        "do nothing",
    ),
    (NoticeKind.ANSWERED, {"by": "a", "answer": "declined"}, ALICE, SESSION, "You cannot come", "\nyou"),
    (
        NoticeKind.LOST,
        {"owner": "a", "connector": "c", "error": "HTTP 503.", "state": "error"},
        ALICE,
        SESSION,
        "Cannot be read: c",
        "Connect again",
    ),
    (
        NoticeKind.LOST,
        {"owner": "a", "connector": "c", "error": "access ended", "state": "expired"},
        ALICE,
        SESSION,
        "Connect again: c",
        "by itself",
    ),
    (
        NoticeKind.LOST,
        {"owner": "a", "connector": "c"},
        BOB,
        SESSION,
        "Alice Chen's times are unknown",
        "your",
    ),
    (
        NoticeKind.RESTORED,
        {"owner": "b", "connector": "c"},
        ALICE,
        SESSION,
        "Bob Martin's times are known",
        "Your",
    ),
]


@pytest.mark.parametrize("number", range(len(TELLS)))
def test_each_sentence_is_one_and_speaks_to_its_reader(number: int) -> None:
    kind, details, user, session, holds, lacks = TELLS[number]
    text = said(kind, details, user, session)
    assert holds in text
    assert lacks not in text
    assert ".." not in text
    assert "You get this because" in text
