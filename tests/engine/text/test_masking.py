"""What is secret, found in whatever form it is told."""

import base64
import binascii
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.masking import MASK, MOST, Masks

SECRET = "correct horse/battery+staple&ö"
FORMS = {
    "as it is": SECRET,
    "as Python writes it": repr({"password": SECRET}),
    "in ASCII": ascii(SECRET),
    "as bytes": repr(SECRET.encode()),
    "as JSON": json.dumps({"password": SECRET}),
    "as JSON beyond ASCII": json.dumps(SECRET, ensure_ascii=False),
    "in markup": html.escape(SECRET),
    "percent-encoded": quote(SECRET),
    "percent-encoded whole": quote(SECRET, safe=""),
    "percent-encoded in small letters": quote(SECRET, safe="").lower(),
    "as a form field": f"user=dave&password={quote_plus(SECRET)}",
    "every byte percent-encoded": "".join(f"%{byte:02X}" for byte in SECRET.encode()),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in base64 for addresses": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "in base64 without padding": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "as basic credentials": base64.b64encode(f"dave:{SECRET}".encode()).decode(),
    "as a longer user's": base64.b64encode(f"dave.m:{SECRET}".encode()).decode(),
    "as another's": base64.b64encode(f"davem:{SECRET}".encode()).decode(),
    "as AUTH PLAIN": base64.b64encode(f"\0dave\0{SECRET}".encode()).decode(),
    "base64, percent-encoded": quote(base64.b64encode(SECRET.encode()).decode(), safe=""),
    "in hex": SECRET.encode().hex(),
    "in capital hex": binascii.hexlify(SECRET.encode()).decode().upper(),
    "in the middle of words": f"x{SECRET}y",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_known_secret_is_masked_in_every_form(form: str) -> None:
    masks = Masks()
    masks.add(SECRET)
    told = masks.masked(f"The server said: {FORMS[form]} is wrong")
    assert MASK in told
    assert told.startswith("The server said: ")
    assert "battery" not in told.lower()
    assert FORMS[form] not in told


@pytest.mark.parametrize(
    "told",
    [
        "/ical/private-4711/feed.ics?token=abc123456",
        "path /ical/private-4711/feed.ics",
        "HTTP Request: GET https://example.org/ical/private-4711/feed.ics?token=abc123456",
        "query token=abc123456",
        "%2Fical%2Fprivate-4711%2Ffeed.ics",
    ],
)
def test_what_gives_a_secret_address_away_is_masked_too(told: str) -> None:
    masks = Masks()
    masks.add("https://example.org/ical/private-4711/feed.ics?token=abc123456")
    assert "4711" not in masks.masked(told)
    assert "abc123456" not in masks.masked(told)


def test_a_line_of_a_private_key_is_masked() -> None:
    masks = Masks()
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    masks.add(f"-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n")
    assert masks.masked(f"key {line} is bad") == f"key {MASK} is bad"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("token ya29.a0Af-7_x spent", "a0Af"),
        ("grant 1//refresh-x_y refused", "refresh-x_y"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("authorization: bearer abc.def", "abc.def"),
        ("{'Authorization': 'Basic ZGF2ZTpzZWNyZXQ='}", "ZGF2"),
        ("b'Basic ZGF2ZTpzZWNyZXQ='", "ZGF2"),
        ("at https://dave:secret@dav.example.org/x", "secret"),
        ("at smtp://:secret@mail.example.org", "secret"),
        ("feed https://calendar.example/ical/a/private-4711/basic.ics", "4711"),
        ("POST /token?code=4/0AbCdEfGhIjKlMnOpQrStUvWxYz&client_secret=xyz1", "xyz1"),
        ("refresh_token=abc987&grant_type=refresh_token", "abc987"),
        ("client GOCSPX-abc-1", "abc-1"),
        ("key AIzaSyA-1234567890abcdefghijklmnopqrstu", "1234567890"),
        ("jwt eyJhbGciOi.eyJzdWIi.c2ln", "eyJzdWIi"),
        ("-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----", "MIIEvQ"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ", "MIIEvQ"),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_told(text: str, secret: str) -> None:
    told = Masks().masked(text)
    assert secret not in told
    assert MASK in told


@pytest.mark.parametrize("word", ["secret", "pass", "pass\u00e9", "hunter", "Calendar"])
@pytest.mark.parametrize(
    "told", ["535 {} refused", "user:{}@host", "'{}'", "a\\n{}\\n", "/{}/", "key={}", "{}"]
)
def test_a_secret_that_is_a_word_is_masked_where_it_stands_by_itself(word: str, told: str) -> None:
    masks = Masks()
    masks.add(word)
    assert word not in masks.masked(told.format(word))


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("secret", "connectors.bob: client_secret_file is missing"),
        ("pass", "The password was refused; it has passed its day"),
        ("home", "Give homepage and bob_home another name"),
        ("mail", "A mailbox of gmail.com, by email"),
        ("test", "It was tested: the latest test_run"),
        ("hunter", "2 hunters"),
        ("user", "users.ann.username: is missing"),
    ],
)
def test_a_secret_that_is_a_word_eats_no_other_words(secret: str, text: str) -> None:
    masks = Masks()
    masks.add(secret)
    assert masks.masked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Basic authentication is switched off",
        "The server wants a bearer token, or digest authentication.",
        "basic auth: refused",
        "It takes basic (or bearer) credentials",
        "Use Basic, not Digest",
        "code=404 after 3 tries",
        "exit code=1",
    ],
)
def test_words_about_letting_in_stay(text: str) -> None:
    assert Masks().masked(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer opensesame", "opensesame"),
        ("authorization: basic opensesame, then", "opensesame"),
        ("bearer Opensesame", "Opensesame"),
        ("bearer open5esame", "open5esame"),
        ("basic opensesameopensesame", "opensesame"),
        ("basic open-sesame", "open-sesame"),
        ("code=4040404040", "4040404040"),
    ],
)
def test_what_lets_in_is_masked_also_where_it_is_a_word(text: str, secret: str) -> None:
    assert secret not in Masks().masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "at 09:00, see //1/x",
        "work: 3 objects changed",
        "https://dav.example.org/calendars/dave/ answered 500",
        "event a1b2c3@install-1 is left out: RRULE is too long",
        "2026-11-26T17:00:00Z [error] job.failed error=The store is away. Make the folder job=pull times=4",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    masks = Masks()
    masks.add(SECRET)
    masks.add("abc")
    assert masks.masked(text) == text


@given(st.text("abcXYZ019+/=&%'\\ö🎉", min_size=6, max_size=40), st.binary(max_size=7), st.binary(max_size=7))
def test_no_secret_survives_in_base64_whatever_stands_around_it(
    secret: str, before: bytes, after: bytes
) -> None:
    masks = Masks()
    masks.add(secret)
    told = base64.b64encode(before + secret.encode() + after).decode()
    assert masks.masked(f"x {told} y") == f"x {MASK} y"


def test_spent_secrets_make_room_for_new_ones() -> None:
    masks = Masks()
    for number in range(MOST + 10):
        masks.add(f"token-{number:06d}")
    assert masks.masked(f"token-{MOST + 9:06d}") == MASK


def test_however_many_are_known_each_is_masked_and_what_is_spent_is_not() -> None:
    masks, known = Masks(), [f"ya29_{number:05d}_{number * 7919 % 100_003:05d}.ics" for number in range(2000)]
    for one in known:
        masks.add(one)
    for one in known:
        assert masks.masked(f"it says {one}!") == f"it says {MASK}!"
        assert one not in masks.masked(base64.b64encode(one.encode()).decode())
    assert masks.masked("nothing of it, and 00042_") == "nothing of it, and 00042_"
    masks.clear()
    assert masks.masked(known[0]) == known[0]
