"""What people write of contacts: one line where there is one, and nothing that a screen would obey."""

import pytest

from engine.errors import InputError
from engine.ids import UserId
from engine.model.relations import Contact
from engine.relations.editing import checked_entry, edited, is_web_address

ANA = Contact(id="c1", user_id=UserId("ann"), created_at=0, updated_at=0)
WILD = "a\x00b\r\n\u202eX \x1b[31m"
ADDRESSES = {
    "https://example.com/in/ana?x=1&y=,;#z": True,
    "HTTP://example.com/ä": True,
    "https://": False,
    "ftp://example.com": False,
    "https://example.com/a b": False,
    "https://example.com/a\n": False,
    'https://example.com/">': False,
    "https://example.com/\u200f": False,
}


@pytest.mark.parametrize("field", ["full_name", "company", "job_title", "phone", "location"])
def test_a_field_of_one_line_is_one(field: str) -> None:
    assert getattr(edited(ANA, {field: WILD}, 1), field) == "ab X [31m"


@pytest.mark.parametrize("field", ["notes", "bio"])
def test_a_longer_text_keeps_its_lines(field: str) -> None:
    assert getattr(edited(ANA, {field: WILD}, 1), field) == "ab\nX [31m"


def test_tags_and_entries_are_cleaned_alike() -> None:
    assert edited(ANA, {"tags": [WILD, "\x00", "choir"]}, 1).tags == ("ab X [31m", "choir")
    entry = checked_entry({"subject": WILD, "content": WILD, "sentiment_score": 0.5, "title": None})
    assert entry == {"subject": "ab X [31m", "content": "ab\nX [31m", "sentiment_score": 0.5, "title": None}


def test_who_was_there_and_what_else_is_kept_are_cleaned_and_bounded() -> None:
    entry = checked_entry({"meeting_attendees": [WILD, "\x00", "Bo"], "metadata": {WILD: [{"x": WILD}]}})
    assert entry["meeting_attendees"] == ("ab X [31m", "Bo")
    assert entry["metadata"] == {"ab\nX [31m": [{"x": "ab\nX [31m"}]}
    assert checked_entry({"metadata": None, "meeting_attendees": None}) == {
        "metadata": {},
        "meeting_attendees": (),
    }
    with pytest.raises(InputError):
        checked_entry({"meeting_attendees": ["x" * 300]})


def test_an_address_is_one_mailbox_and_stays_as_it_was_written() -> None:
    twice = ["Straße@Example.org", "strasse@example.org", "ana@bücher.example", "ANA@xn--bcher-kva.example"]
    assert edited(ANA, {"emails": twice}, 1).emails == (
        "straße@example.org",
        "strasse@example.org",
        "ana@xn--bcher-kva.example",
    )
    with pytest.raises(InputError):
        edited(ANA, {"emails": ["an\u202ea@example.org"]}, 1)


def test_nothing_but_control_characters_is_nothing() -> None:
    assert edited(ANA, {"full_name": "\x00\u202e"}, 1).full_name is None
    with pytest.raises(InputError):
        checked_entry({"interest_topic": "\x00"})
    named = edited(ANA, {"full_name": "Ana"}, 1)
    assert edited(named, {"full_name": None, "emails": ["ana@x.example"]}, 2).full_name is None
    with pytest.raises(InputError, match="a name or an address"):
        edited(named, {"full_name": "\u202e"}, 2)


@pytest.mark.parametrize("text", ADDRESSES)
def test_what_is_an_address_on_the_web(text: str) -> None:
    assert is_web_address(text) is ADDRESSES[text]
    if not ADDRESSES[text] and text == text.strip():
        with pytest.raises(InputError):
            edited(ANA, {"linkedin_url": text.replace("\u200f", " x")}, 1)
