"""Invitations: what a calendar program reads in them, and what nobody can smuggle in."""

from dataclasses import replace
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from connectors.ical.mail.invitation import Route, invitation
from connectors.ical.mail.letter import letter, message_id
from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft, Person
from tests.contracts.connector import draft
from tests.standins.time import NOON

SENDER = "scheduler@example.com"
ROUTE = Route(sender=SENDER, recipient="dave@example.com")


def event_in(text: bytes) -> Any:
    """Give the one event of a calendar; its values are of as many types as there are properties."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def read(text: bytes) -> Any:
    """Read a mail; its headers are of as many types as there are headers."""
    return BytesParser(policy=policy.SMTP).parsebytes(text)


def parts(message: Any) -> dict[str, str]:
    return {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}


def called_off(event: EventDraft) -> EventDraft:
    return replace(event, cancelled=True, sequence=event.sequence + 1)


def test_a_request_asks_its_recipient_alone() -> None:
    text = invitation(draft(), ROUTE)
    calendar, event = Calendar.from_ical(text), event_in(text)
    assert calendar["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("a1b2c3@install-1", 0, "CONFIRMED")
    assert event["DTSTART"].dt.isoformat() == "2026-10-20T10:00:00+02:00"
    assert event["ATTENDEE"] == "mailto:dave@example.com"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert "SCHEDULE-AGENT" not in event["ATTENDEE"].params


def test_the_host_organizes_and_the_sender_acts_for_them() -> None:
    organizer = event_in(invitation(draft(), ROUTE))["ORGANIZER"]
    assert (organizer, organizer.params["SENT-BY"]) == (
        "mailto:alice@example.com",
        "mailto:scheduler@example.com",
    )
    own = event_in(invitation(draft(), replace(ROUTE, sender="alice@example.com")))["ORGANIZER"]
    assert "SENT-BY" not in own.params


def test_an_update_has_the_same_uid_and_a_higher_sequence() -> None:
    first = event_in(invitation(draft(), ROUTE))
    later = event_in(invitation(replace(draft(), sequence=1, title="Planning, moved"), ROUTE))
    assert later["UID"] == first["UID"]
    assert later["SEQUENCE"] > first["SEQUENCE"]


def test_a_cancellation_names_the_same_event_and_ends_it() -> None:
    text = invitation(called_off(draft()), ROUTE)
    event = event_in(text)
    assert Calendar.from_ical(text)["METHOD"] == "CANCEL"
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == ("a1b2c3@install-1", "CANCELLED", 1)
    assert event["ATTENDEE"] == "mailto:dave@example.com"


def test_a_cancellation_says_why_where_somebody_said_so() -> None:
    why = "The room is flooded;\nsee you in May, or later"
    event = event_in(invitation(replace(called_off(draft()), comment=why), ROUTE))
    assert str(event["COMMENT"]) == why
    for silent in (called_off(draft()), replace(draft(), comment=why)):
        assert "COMMENT" not in event_in(invitation(silent, ROUTE))


def test_an_invitation_bears_gatherlys_mark_so_that_it_is_known_when_it_comes_back_in_a_feed() -> None:
    event = event_in(invitation(draft(), ROUTE))
    assert (event["X-GATHERLY-INSTALL"], event["X-GATHERLY-SESSION"]) == ("install-1", "s-1")


def test_a_recipient_whom_the_draft_does_not_name_is_asked_all_the_same() -> None:
    event = event_in(invitation(draft(), replace(ROUTE, recipient="erin@example.com")))
    asked = [str(one) for one in event["ATTENDEE"] if one.params["PARTSTAT"] == "NEEDS-ACTION"]
    assert asked == ["mailto:erin@example.com"]


def test_the_mail_says_the_same_to_people_and_to_programs() -> None:
    message = read(letter(draft(), ROUTE, NOON).content)
    said = parts(message)
    assert list(said) == ["text/plain", "text/html", "text/calendar"]
    for kind in ("text/plain", "text/html"):
        assert "Planning; part 2, with Zoë" in said[kind]
        assert "2026-10-20 (Tuesday), 10:00 to 11:00, Europe/Berlin" in said[kind]
    (program,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert program["Content-Type"].params["method"] == "REQUEST"
    assert event_in(said["text/calendar"].encode())["SUMMARY"] == "Planning; part 2, with Zoë"


def test_the_mail_has_one_recipient_a_sender_of_its_own_and_an_answer_goes_to_the_host() -> None:
    message = read(letter(draft(), ROUTE, NOON).content)
    assert [str(one.addr_spec) for one in message["To"].addresses] == ["dave@example.com"]
    assert str(message["From"]) == "Alice via gatherly <scheduler@example.com>"
    assert str(message["Reply-To"]) == "Alice <alice@example.com>"
    assert message["Subject"] == "Invitation: Planning; part 2, with Zoë"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (message["Cc"], message["Bcc"]) == (None, None)


def test_a_letter_sent_twice_is_the_same_letter_and_every_other_is_another() -> None:
    event = draft()
    others = [event, replace(event, sequence=1), replace(event, sequence=2), called_off(event)]
    others += [replace(event, event_id=draft("other@install-1").event_id)]
    names = [message_id(one, SENDER) for one in others]
    assert len(set(names)) == len(names)
    assert letter(event, ROUTE, NOON).content.split(b"\r\n\r\n")[0].count(names[0].encode()) == 1
    assert letter(event, ROUTE, NOON + 3600).message_id == names[0]


def test_updates_and_cancellations_belong_to_the_first_letter() -> None:
    first = message_id(draft(), SENDER)
    for later in (replace(draft(), sequence=1), called_off(draft())):
        assert read(letter(later, ROUTE, NOON).content)["In-Reply-To"] == first


def test_what_is_called_off_says_so() -> None:
    message = read(letter(called_off(draft()), ROUTE, NOON).content)
    assert str(message["Subject"]).startswith("Cancelled: ")
    assert "no longer takes place" in parts(message)["text/plain"]
    assert "Why" not in parts(message)["text/plain"]


def test_what_is_called_off_says_why_to_people_too() -> None:
    why = "The <room> is flooded\r\nBcc: mallory@example.com"
    message = read(letter(replace(called_off(draft()), comment=why), ROUTE, NOON).content)
    told = parts(message)
    assert "Why: The <room> is flooded Bcc: mallory@example.com" in told["text/plain"]
    assert "The &lt;room&gt; is flooded" in told["text/html"]
    assert message["Bcc"] is None


HOSTILE = (
    "Lunch\r\nBcc: mallory@example.com\r\n\r\n<script>alert(1)</script>\u2028\x00"
    'END:VEVENT\nATTENDEE:mailto:m@x.y"'
)


def test_a_hostile_title_or_name_adds_no_header_no_property_and_no_markup() -> None:
    people = (Person(name=HOSTILE, email="dave@example.com"),)
    hostile = replace(
        draft(),
        title=HOSTILE,
        description=HOSTILE,
        location=HOSTILE,
        organizer=Person(name=HOSTILE, email="alice@example.com"),
        attendees=people,
    )
    message, plain = read(letter(hostile, ROUTE, NOON).content), read(letter(draft(), ROUTE, NOON).content)
    assert message.keys() == plain.keys()
    assert [str(one.addr_spec) for one in message["To"].addresses] == ["dave@example.com"]
    said = parts(message)
    assert "<script" not in said["text/html"]
    event = event_in(said["text/calendar"].encode())
    assert set(event) == set(event_in(invitation(draft(), ROUTE)))
    assert event["ATTENDEE"] == "mailto:dave@example.com"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_whatever_the_texts_there_is_one_event_and_the_same_headers(
    title: str, description: str, name: str
) -> None:
    person = Person(name=name, email="dave@example.com")
    written = replace(
        draft(), title=title or "x", description=description or "x", organizer=person, attendees=(person,)
    )
    message = read(letter(written, ROUTE, NOON).content)
    assert message.keys() == read(letter(draft(), ROUTE, NOON).content).keys()
    event_in(parts(message)["text/calendar"].encode())


@pytest.mark.parametrize(
    "address",
    [
        "dave",
        "dave@",
        "@example.com",
        "a@b\r\nBcc: m@x.y",
        "a b@example.com",
        "a@b,c@d",
        "<a@b>",
        "ü@example.com",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_sent(address: str) -> None:
    with pytest.raises(WriteRefusedError, match="not an address") as caught:
        letter(draft(), replace(ROUTE, recipient=address), NOON)
    assert caught.value.code == "address"


def test_a_domain_in_another_script_is_written_as_mail_servers_know_it() -> None:
    content = letter(draft(), replace(ROUTE, recipient="dave@bücher.example"), NOON).content
    assert b"dave@xn--bcher-kva.example" in content


def test_who_may_miss_it_is_optional_and_who_has_not_answered_has_not_accepted() -> None:
    people = (
        Person(name="Alice", email="alice@example.com"),
        Person(name="Dave", email="dave@example.com", comes=False),
        Person(name="Carol", email="carol@example.com", optional=True, comes=False),
    )
    event = event_in(invitation(replace(draft(), attendees=people), ROUTE))
    told = {str(one): (one.params["ROLE"], one.params["PARTSTAT"]) for one in event["ATTENDEE"]}
    assert told == {
        "mailto:alice@example.com": ("REQ-PARTICIPANT", "ACCEPTED"),
        "mailto:dave@example.com": ("REQ-PARTICIPANT", "NEEDS-ACTION"),
        "mailto:carol@example.com": ("OPT-PARTICIPANT", "NEEDS-ACTION"),
    }
