"""Cards of people as programs write them, and as gatherly does."""

import pytest

from connectors.cards.vcard import cards_of, written
from engine.errors import InputError
from engine.ids import UserId
from engine.model.relations import Contact
from engine.relations.cards import BrokenCard, Card


def card(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")).encode()


def only(text: bytes) -> Card:
    (found,) = cards_of(text)
    assert isinstance(found, Card)
    return found


def test_a_card_gives_what_a_contact_has() -> None:
    found = only(
        card(
            "VERSION:3.0",
            "N:Kovač;Ana;;;",
            "FN:Ana Kovač",
            "item1.EMAIL;TYPE=INTERNET,HOME:Ana@Example.org",
            "EMAIL:ana@work.example",
            "ORG:Umbra\\, Inc.;Lenses",
            "TITLE:Glazier",
            "TEL;TYPE=CELL:+1-555-0100",
            "BDAY:1980-11-27",
            "CATEGORIES:choir,glass",
            "NOTE:Likes long walks\\, short letters\\; and",
            "  a choir\\nand tea",
        )
    )
    assert found.emails == ("ana@example.org", "ana@work.example")
    assert found.tags == ("choir", "glass")
    assert found.values["company"] == "Umbra, Inc., Lenses"
    assert found.values["notes"] == "Likes long walks, short letters; and a choir\nand tea"
    assert found.values["birthday"] == "1980-11-27"


@pytest.mark.parametrize(
    ("day", "read"),
    [
        ("19801127", "1980-11-27"),
        ("--1127", "--11-27"),
        ("--11-27", "--11-27"),
        ("1604-11-27", "--11-27"),
        ("1980-11-27T00:00:00Z", "1980-11-27"),
        ("circa 1980", None),
        ("1980-02-30", None),
        ("0000-00-00", None),
        ("2023-02-29", None),
        ("--0229", "--02-29"),
        ("\u0661\u0669\u0668\u0660-11-27", None),
    ],
)
def test_a_birthday_is_a_day_or_none(day: str, read: str | None) -> None:
    assert only(card("VERSION:4.0", "FN:Ana", f"BDAY:{day}")).values.get("birthday") == read


def test_an_address_of_no_mailbox_is_left_out() -> None:
    long, unseen = f"EMAIL:{'a' * 300}@x.example", "EMAIL:a\u202e@x.example"
    assert only(card("FN:Ana", long, unseen, "EMAIL:mailto:A%2Bb@x.example")).emails == ("a+b@x.example",)


@pytest.mark.parametrize(
    "broken",
    [
        card("VERSION:3.0", "NOTE:nobody"),
        card("VERSION:2.1", "FN:Ana"),
        card("VERSION:3.0", "FN:", "EMAIL:no address"),
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Open\r\n",
    ],
)
def test_a_broken_card_is_named_by_its_number_and_hides_no_other(broken: bytes) -> None:
    first, second = cards_of(card("VERSION:3.0", "FN:Ana") + broken)
    assert isinstance(first, Card)
    assert isinstance(second, BrokenCard)
    assert second.number == 2
    last = list(cards_of(broken + card("VERSION:3.0", "FN:Ana")))[-1]
    assert isinstance(last, Card)


def test_a_file_without_bounds_is_refused() -> None:
    with pytest.raises(InputError):
        list(cards_of(b"BEGIN:VCARD\r\n" * 30_000))


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a, b; c \\ d",
        "two\nlines",
        "ä" * 200,
        "END:VCARD",
        "x\r\nEND:VCARD\r\nBEGIN:VCARD",
        "\u2028y",
    ],
)
def test_what_is_written_is_read_again_as_one_card(text: str) -> None:
    ana = Contact(
        id="1",
        user_id=UserId("me"),
        full_name="Ana, Kovač",
        email="ana@example.org",
        emails=("ana@example.org", "b@example.org"),
        company=text,
        notes=text,
        tags=("a,b",),
        created_at=0,
        updated_at=0,
    )
    raw = written(ana)
    assert max(len(line.encode()) for line in raw.split("\r\n")) <= 75
    found = only(raw.encode())
    plain = "\n".join(text.splitlines()).replace("\u2028", "")
    assert found.values["notes"] == plain.strip()
    assert found.values["full_name"] == "Ana, Kovač"
    assert (found.emails, found.tags) == (ana.emails, ("a,b",))


@pytest.mark.parametrize(
    "url",
    [
        "https://linkedin.com/x\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Injected",
        "https://linkedin.com/x\nNOTE:y",
        'https://linkedin.com/x"><script>',
        "https://linkedin.com/x y",
        "https://linkedin.com/\u202ex",
        "javascript:alert(1)//linkedin",
    ],
)
def test_an_address_that_would_end_its_line_is_neither_written_nor_taken(url: str) -> None:
    ana = Contact(
        id="c1",
        user_id=UserId("ann"),
        full_name="Ana",
        linkedin_url=url,
        avatar_url=url,
        created_at=0,
        updated_at=0,
    )
    found = only(written(ana).encode())
    assert (found.values["full_name"], found.emails) == ("Ana", ())
    lines = url.replace("\r\n", "\\n").replace("\n", "\\n")
    taken = only(card("VERSION:3.0", "FN:Ana", f"URL:{lines}", f"PHOTO:{lines}"))
    for one in (found, taken):
        assert not {"linkedin_url", "avatar_url", "notes"} & one.values.keys()
