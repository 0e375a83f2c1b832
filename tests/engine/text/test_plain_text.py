"""One function takes control characters out, whoever wrote the text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import GatherlyError, SourceUnavailableError, WriteRefusedError
from engine.text.plain_text import (
    LONGEST_LINE,
    escaped_control,
    one_line,
    plain_text,
    without_codes,
    without_control,
)

CONTROL = [
    *map(chr, [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]),
    *"\u2028\u2029\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\U000e0041\ud800",
]


@pytest.mark.parametrize("sign", CONTROL, ids=lambda sign: f"U+{ord(sign):04X}")
def test_no_control_character_passes(sign: str) -> None:
    for text in (plain_text(f"a{sign}b", 100), one_line(f"a{sign}b"), without_control(f"a{sign}b")):
        assert sign not in text
    assert sign not in str(SourceUnavailableError(f"a{sign}b", f"c{sign}d"))
    assert sign not in escaped_control(f'"a{sign}b"')


@given(st.text())
def test_a_line_is_one_and_says_the_same_when_it_is_cleaned_again(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert len(line) <= LONGEST_LINE
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_an_error_is_one_line_of_bounded_length_and_keeps_its_remedy(what: str, remedy: str) -> None:
    error = str(WriteRefusedError(what, remedy))
    assert len(error) <= LONGEST_LINE
    assert error.splitlines() in ([error], [])
    assert error.endswith(one_line(remedy, 300))


def test_a_text_of_many_scripts_stays_as_it_is() -> None:
    for text in ("Zoë", "שלום", "مرحبا", "日本語", "क्\u200dष", "👩\u200d👩\u200d👧", "می\u200cخواهم", "a\tb"):
        assert without_control(text) == text


def test_an_error_that_repeats_a_secret_forgets_it() -> None:
    error = GatherlyError("it said hunter2", "look at hunter2")
    error.hide(lambda text: text.replace("hunter2", "(masked)"))
    assert (str(error), error.args) == ("it said (masked). look at (masked)", ("it said (masked)",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[Errno 111] Connection refused", "Connection refused"),
        ("[Errno -2] Name or service not known", "Name or service not known"),
        ("[Errno 13] Permission denied: '/srv/x'", "Permission denied: '/srv/x'"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "wrong version number"),
        ("EOF occurred in violation of protocol (_ssl.c:997)", "EOF occurred in violation of protocol"),
        ("[SSL] record layer failure (_ssl.c:2580)", "record layer failure"),
        ("All connection attempts failed", "All connection attempts failed"),
        ("535 [5.7.8] no", "535 [5.7.8] no"),
        ("", ""),
    ],
)
def test_what_systems_say_is_told_without_their_numbers(text: str, said: str) -> None:
    assert without_codes(text) == said
