"""The parts of a mail as a stranger's library reads them."""

from email import charset, message_from_bytes, policy
from email.message import EmailMessage

import pytest

from connectors.ical.mail.parts import alternatives

PARTS = {
    "text/plain": "Grüße\nund mehr\n",
    "text/html": "<p>Grüße</p>\n" * 40,
    "text/calendar": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
}


def read(parts: dict[str, str]) -> EmailMessage:
    found = message_from_bytes(alternatives(parts, {"method": "REQUEST"}), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_each_part_says_what_was_meant() -> None:
    found = list(read(PARTS).iter_parts())
    assert [one.get_content_type() for one in found] == list(PARTS)
    assert [one.get_content().replace("\r\n", "\n") for one in found] == [
        text.replace("\r\n", "\n") for text in PARTS.values()
    ]
    assert [one.get_param("method") for one in found] == [None, None, "REQUEST"]


def test_nothing_that_is_said_can_end_a_part() -> None:
    boundary = read(PARTS).get_boundary()
    again = PARTS | {"text/html": f"--{boundary}--\r\n\r\nBcc: mallory@example.com\r\n"}
    assert not read(again).defects
    assert [one.get_content_type() for one in read(again).iter_parts()] == list(PARTS)


def test_the_same_parts_are_the_same_bytes_and_no_line_is_long() -> None:
    once = alternatives(PARTS, {"method": "REQUEST"})
    assert once == alternatives(PARTS, {"method": "REQUEST"})
    assert max(map(len, once.split(b"\r\n"))) <= 78
    assert b"\n" not in once.replace(b"\r\n", b"")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        alternatives({"text/plain": "\ud800"}, {})


def test_a_library_that_changes_how_the_process_writes_texts_changes_nothing() -> None:
    """As the one that pushes to telephones does once it is loaded."""
    before, known = alternatives(PARTS, {"method": "REQUEST"}), dict(charset.CHARSETS)
    charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")
    try:
        assert alternatives(PARTS, {"method": "REQUEST"}) == before
    finally:
        charset.CHARSETS.update(known)
