"""Lines of which a few are asked for by name are read just as all are."""

import re

import pytest

from connectors.ical.text.lines import content_lines, lines_named
from tests.connectors.ical.reading.hostile import feed

NAMES = re.compile(rb"(?:SUMMARY|STATUS|UID|BEGIN|TZID)[;:]", re.IGNORECASE)
WANTED = {"SUMMARY", "STATUS", "UID", "BEGIN", "TZID"}
ODD = [
    b"BEGIN:VEVENT\r\nUI\r\n D:x\r\nSUMMARY:y\r\nEND:VEVENT\r\n",
    b"BEGIN:VEVENT\nU\x00ID:x\n\x07UID:y\nEND:VEVENT\n",
    b'uid;X="a:b":x\rbegin:valarm\r\n',
    b"",
    b"UID",
]


@pytest.mark.parametrize("raw", [*ODD, *(feed(seed) for seed in range(60))])
def test_what_is_asked_for_by_name_is_read_as_of_all(raw: bytes) -> None:
    asked = [line for line in lines_named(raw, NAMES) if line.name in WANTED]
    of_all = [line for line in content_lines(raw) if line.name in WANTED]
    assert [one for one in of_all if one not in asked] == []
    assert [one for one in asked if one not in of_all] == []
