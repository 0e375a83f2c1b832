"""Texts for strangers: known words and whatever looks like an address are no longer in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.anonymous import SHORTEST, Anonymous

KNOWN = (
    ("Alice Marlow", "user-1"),
    ("alice@example.com", "user-1"),
    ("alice", "user-1"),
    ("Crew", "(title)"),
    ("a", "x"),
)


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("ALICE@example.com is away", "user-1 is away"),
        ("Alice Marlow's calendar", "user-1's calendar"),
        ("alice-work: not read", "user-1-work: not read"),
        ("malice and alices", "malice and alices"),
        ("mail to bob+x@sub.example.org.", "mail to (address)."),
        ("https://dav.example.com:8443/home?x=1 answered 500", "https://(address) answered 500"),
        ("postgresql+psycopg://u:p@db/x", "postgresql+psycopg://(address)"),
        ("192.168.1.10:25 refused", "(address):25 refused"),
        ("127.0.0.1:8765", "127.0.0.1:8765"),
        ("version 1.2.3 of 10.0", "version 1.2.3 of 10.0"),
        ("/home/weaver/cal/one.ics is gone", "~/cal/one.ics is gone"),
        ("a crew of three", "a (title) of three"),
    ],
)
def test_a_text_is_made_fit(text: str, fit: str) -> None:
    assert Anonymous(KNOWN).text(text) == fit


def test_nothing_known_changes_nothing() -> None:
    assert Anonymous(()).text("All is in step.") == "All is in step."


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=SHORTEST, max_size=12)


@given(
    st.lists(WORDS, min_size=1, max_size=4), st.lists(st.sampled_from([" ", ", ", ": ", "\n"]), max_size=8)
)
def test_no_word_that_is_known_is_left(words: list[str], between: list[str]) -> None:
    hide = Anonymous((word, "•") for word in words)
    text = "".join(word + gap for word, gap in zip(words * 3, [*between, " "], strict=False))
    assert not any(word in hide.text(text).replace("•", " ").split() for word in words)
