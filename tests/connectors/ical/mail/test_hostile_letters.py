"""Mails from hostile words: whoever reads them finds what was meant, and nothing that a text brought."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from connectors.ical.mail.invitation import Route, invitation
from connectors.ical.mail.letter import letter
from connectors.ical.mail.letter_check import Meant, difference
from engine.errors import WriteRefusedError
from engine.model.booking import Person
from tests.connectors.ical.mail.letters import (
    EVIL,
    HEADERS,
    PIECES,
    RECIPIENT,
    ROUTE,
    SENDER,
    b,
    hostile,
    modern,
    plain,
    q,
    text_of,
    written,
)
from tests.contracts.connector import draft
from tests.standins.time import NOON

LINE = f"Lunch\r\n{EVIL}\r\n\r\nCome to evil.example"
WORDS = {
    "one word in Q": q(LINE),
    "one word in B": b(LINE),
    "capital letters": q(LINE).upper(),
    "of Latin letters": q(LINE, "iso-8859-1"),
    "of UTF-16": b("\r\0\n\0X\0:\0", "utf-16-le"),
    "of UTF-7": "=?utf-7?q?+AA0ACg-Reply-To:mallory=40evil.example?=",
    "of another alphabet": "=?cp037?q?=0d=25=d9=85?=",
    "of a codec that is no character set": "=?rot13?q?Ercyl-Gb:=0d=0a?=",
    "of no codec at all": "=?nothing-known?q?=0d=0aX:?=",
    "with a language": "=?utf-8*en?q?=0d=0aBcc:=20mallory=40evil.example?=",
    "two that stand side by side": q("Lunch\r") + " " + q(f"\n{EVIL}"),
    "two without a space between": q("Lunch\r\n") + q(EVIL),
    "split over a fold": "=?utf-8?q?Lunch=0d=0a\r\n Reply-To:=20mallory=40evil.example?=",
    "put together once what is between is gone": f"=\x00?utf-8?q?=0d=0a{EVIL.replace(' ', '_')}?\x00=",
    "a word within a word": q(q(LINE)),
    "words in words, split": "=?=?utf-8?q??utf-8?q?=0d=0aX:?=",
    "after what is not ASCII": f"Zoë {q(LINE)}",
    "after a long text": "a " * 60 + q(LINE),
    "never closed": "=?utf-8?q?Lunch=0d=0aReply-To:_mallory=40evil.example",
    "raw": LINE,
    "raw with bare feeds": LINE.replace("\r", ""),
    "raw with bare returns": LINE.replace("\n", ""),
    "other ends of lines": f"Lunch\x85{EVIL}\u2028{EVIL}\u2029{EVIL}\x0b{EVIL}\x0c{EVIL}\x1c{EVIL}",
}


def assert_only_what_was_meant(text: str) -> None:
    """Compare, reader by reader, with the mail about an event whose words are harmless."""
    content = written(text)
    head = content.partition(b"\r\n\r\n")[0]
    assert re.sub(rb"\r\n", b"", content).isascii()
    assert not {b"\r", b"\n"} & set(re.findall(rb"[\r\n]", content.replace(b"\r\n", b"")))
    for reader in (modern, plain):
        found = reader(content)
        assert found.names == HEADERS
        assert not {"\r", "\n"} & set("".join(found.by_name.values()))
        assert [kind for kind, _text in found.parts] == ["text/plain", "text/html", "text/calendar"]
        assert found.by_name["Subject"].startswith("Invitation: ")
        for name, address in (("From", SENDER), ("To", RECIPIENT), ("Reply-To", "alice@example.com")):
            assert re.findall(r"[^\s<>,;]+@[^\s<>,;]+", found.by_name[name]) == [address]
    assert modern(content).by_name["Subject"] == plain(content).by_name["Subject"]
    assert b"=?" not in re.sub(rb"=\?utf-8\?[bq]\?[!->@-~]*\?=", b"", head)
    event = Calendar.from_ical(dict(modern(content).parts)["text/calendar"])
    assert [one.name for one in event.walk() if one.name not in ("VTIMEZONE", "DAYLIGHT", "STANDARD")] == [
        "VCALENDAR",
        "VEVENT",
    ]


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS.keys())
def test_a_title_or_name_that_hides_line_ends_adds_no_header_and_no_body(text: str) -> None:
    assert_only_what_was_meant(text)


@pytest.mark.parametrize("field", ["title", "organizer", "attendees", "location", "description"])
def test_each_text_alone_adds_nothing(field: str) -> None:
    text = q(LINE)
    event = replace(draft(), **{field: getattr(hostile(text), field)})
    found = modern(letter(event, ROUTE, NOON).content)
    assert found.names == HEADERS
    assert "mallory" not in " ".join(found.by_name[name] for name in ("From", "To", "Reply-To"))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Lunch", "Lunch"),
        ("Zoë's  lunch\tand a walk", "Zoë's lunch and a walk"),
        ("ü" * 300, "ü" * 300),
        ("word " * 60, ("word " * 60).strip()),
        ("日本語の会議 " * 20, ("日本語の会議 " * 20).strip()),
        ("🎉" * 60, "🎉" * 60),
        ("a = ? b", "a = ? b"),
        ("50 % off? =) ?= yes", "50 % off? =) ?= yes"),
        ("x" * 900, "x" * 900),
        ("שלום", "שלום"),
        ("", "(no title)"),
        ("\r\n\x00", "(no title)"),
    ],
)
def test_a_title_arrives_as_it_was_meant(title: str, said: str) -> None:
    content = letter(replace(draft(), title=title), ROUTE, NOON).content
    assert modern(content).by_name["Subject"] == f"Invitation: {said}"
    assert plain(content).by_name["Subject"] == f"Invitation: {said}"


@pytest.mark.parametrize(
    "name", ["Zoë Müller", "O'Brien", "李小龍", "a" * 55, "Ángela Ñuñez y Aragón", "x=y"]
)
def test_a_name_arrives_as_it_was_meant(name: str) -> None:
    event = replace(draft(), attendees=(Person(name=name, email=RECIPIENT),))
    assert plain(letter(event, ROUTE, NOON).content).by_name["To"] == f"{name} <{RECIPIENT}>"


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?=0d=0aBcc=3a?=@example.com",
        "a@=?utf-8?q?evil?=.example.com",
        "a(comment)b\r@example.com",
        "a@exam(x)ple.com",
        "a@b|c",
        "a@" + "x" * 300 + ".example",
        "a@ü" + "ü" * 80 + ".example",
        "a@bücher..example",
        "a" * 65 + "@example.com",
        "a\u202e@example.com",
        "a@b@c",
    ],
)
def test_an_address_that_readers_could_take_otherwise_is_refused(address: str) -> None:
    with pytest.raises(WriteRefusedError, match="is not an address"):
        letter(draft(), Route(sender=SENDER, recipient=address), NOON)


def test_an_odd_address_that_is_one_is_written_so_that_it_stays_one() -> None:
    content = letter(draft(), Route(sender=SENDER, recipient="a..b@docomo.example"), NOON).content
    assert plain(content).by_name["To"] == '"a..b"@docomo.example'


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=8).map("".join))
def test_whatever_the_words_two_readers_find_what_was_meant(text: str) -> None:
    assert_only_what_was_meant(text)


def test_40_hostile_texts_arrive_as_words() -> None:
    for seed in range(40):
        assert_only_what_was_meant(text_of(seed))


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(10))
def test_5000_hostile_texts_arrive_as_words(part: int) -> None:
    for seed in range(500 * part, 500 * (part + 1)):
        assert_only_what_was_meant(text_of(seed))


def checked(content: bytes) -> str | None:
    """Check a mail against what the unspoilt one says."""
    whole = modern(letter(draft(), ROUTE, NOON).content)
    headers = [one for one in whole.headers if one[0] not in ("MIME-Version", "Content-Type")]
    return difference(content, Meant(headers, dict(whole.parts)))


def spoilt() -> dict[str, bytes]:
    good = letter(draft(), ROUTE, NOON).content
    return {
        "a header more": good.replace(b"To: Dave", b"Bcc: mallory@evil.example\r\nTo: Dave"),
        "a header twice": good.replace(b"To: Dave", b"To: mallory@evil.example\r\nTo: Dave"),
        "a header less": good.replace(b"Auto-Submitted: auto-generated\r\n", b""),
        "headers in another order": good.replace(b"Auto-Submitted: auto-generated\r\n", b"").replace(
            b"To: Dave", b"Auto-Submitted: auto-generated\r\nTo: Dave"
        ),
        "another subject": re.sub(rb"Subject: .*?\r\nDate", b"Subject: Lunch\r\nDate", good, flags=re.DOTALL),
        "a bare feed": good.replace(b"Auto-Submitted", b"X: y\nAuto-Submitted"),
        "a bare return": good.replace(b"auto-generated", b"auto-generated\rX: y"),
        "a head that ends early": good.replace(b"Auto-Submitted", b"\r\nAuto-Submitted"),
        "another recipient": good.replace(b"<dave@example.com>", b"<mallory@evil.example>"),
        "a recipient more": good.replace(b"<dave@example.com>", b"<dave@example.com>, m@evil.example"),
        "a part more": good.replace(
            b"Content-Type: text/html", b"Content-Type: text/x\r\n\r\n--\r\nContent-Type: text/html"
        ),
        "another method": good.replace(b'text/calendar; charset="utf-8"', b"text/calendar"),
        "a word to decode": good.replace(b"auto-generated", b"=?utf-8?q?auto-generated=0d=0aX:?="),
        "a part cut short": good.replace(b"QkVHSU46VkNBTEVOREFS", b"QkVHSU46VkNB"),
        "a NUL": good.replace(b"auto-generated", b"auto-\0generated"),
        "beyond ASCII": good.replace(b"auto-generated", "auto-generäted".encode()),
        "a text after the last part": good + b"Come to evil.example\r\n",
        "nothing": b"",
    }


def test_a_mail_as_it_was_meant_passes() -> None:
    assert checked(letter(draft(), ROUTE, NOON).content) is None


@pytest.mark.parametrize("how", spoilt().keys())
def test_a_mail_that_says_anything_else_is_not_sent(how: str) -> None:
    good = letter(draft(), ROUTE, NOON).content
    bad = spoilt()[how]
    assert bad != good
    assert checked(bad) is not None


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS.keys())
def test_the_calendar_in_a_mail_holds_one_event_of_the_same_properties(text: str) -> None:
    lines = invitation(hostile(text), ROUTE).decode().replace("\r\n ", "").split("\r\n")
    harmless = invitation(hostile("x"), ROUTE).decode().replace("\r\n ", "").split("\r\n")
    assert sorted(re.split("[;:]", line)[0] for line in lines) == sorted(
        re.split("[;:]", line)[0] for line in harmless
    )
