"""Addresses as parts: what was configured or listed is what is asked for, and nothing outside a calendar."""

import random
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.ical.caldav.places import Place, is_name
from connectors.web.urls import BadAddressError, Url, masked, raw_header, read_url

CALENDAR = Place(url=read_url("https://dav.example:8443/home/my%20cal/"))
_NAMES = r"""
a;b.ics p/x.ics meet#1.ics why?.ics mtg:42.ics my|event.ics büro.ics a%2Fb.ics ...x.ics .hidden.ics
x+y=z&w.ics a\b.ics 'q'.ics w== a,b@c.ics ~tilde % %zz a;jsessionid=1
"""
NAMES = _NAMES.split()
_OUTSIDE = r"""
%2e%2e .. . %2E %2e%2e%2f ..%2Fother%2Fx.ics %2e%2e;x ..; ..%5Cx.ics %2e.%2f%2e%2e%2fx x%2F..%2F..%2Fy
... %2e%20 ..%00.ics %252e%252e ../x.ics sub/x.ics ./../x.ics /x.ics /home/x.ics /home/my%20cal2/x.ics
//dav.example/home/my%20cal/x.ics //other/home/my%20cal/x.ics https://dav.example/home/my%20cal/x.ics
https://other:8443/home/my%20cal/x.ics https://dav.example:8444/home/my%20cal/x.ics http://[bad/x.ics
https://dav.example:8443@evil/home/my%20cal/x.ics https://dav.example:99999999/home/my%20cal/x.ics
/home/my%20cal/%2e%2e/x.ics /home/my%20cal/x/../../x.ics /home%2Fmy%20cal/x.ics /home/my%20cal;v=2/x.ics
/home/MY%20CAL/x.ics \x.ics /home/my%20cal\..\x.ics http://dav.example:5232/home/my%20cal/x.ics
"""
OUTSIDE = _OUTSIDE.split()

_PIECES = r"""
/ // . .. ... %2e %2E %2f %5c %00 %ff %25 ; : ? # @ [ ] \ a b.ics home my%20cal http:// https://
dav.example dav.example:8443 other é %
"""
letters = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
pieces = st.lists(
    st.sampled_from([*_PIECES.split(), "\u2028", "\t"]) | letters,
    max_size=8,
).map("".join)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_part_of_an_address_whatever_it_holds(name: str) -> None:
    url = CALENDAR.object_url(name)
    assert str(url).startswith("https://dav.example:8443/home/my%20cal/")
    assert url.path.count("/") == 3
    assert CALENDAR.object_name(url.path) == CALENDAR.object_name(str(url)) == name


@pytest.mark.parametrize("href", OUTSIDE)
def test_what_is_not_directly_inside_a_calendar_is_no_object_of_it(href: str) -> None:
    assert CALENDAR.object_name(href) is None
    assert CALENDAR.listed_url(href) is None


@pytest.mark.parametrize("href", ["", "/home/my%20cal/", "/home/my cal", "/home/m%79%20cal/", "."])
def test_a_calendar_s_own_address_is_itself_in_every_spelling(href: str) -> None:
    assert CALENDAR.is_itself(href)
    assert CALENDAR.object_name(href) is None
    assert not CALENDAR.is_outside(href)


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("/home/my%20cal/meet#1.ics", "meet#1.ics"),
        ("/home/my cal/meet?1.ics", "meet?1.ics"),
        ("mtg:42.ics", "mtg:42.ics"),
        ("my event.ics", "my event.ics"),
        ("/home/my%20cal/büro.ics", "büro.ics"),
        ("http://dav.example:8443/home/my%20cal/a.ics", "a.ics"),
        ("http://dav.example/home/my%20cal/a.ics", "a.ics"),
        ("./a.ics", "a.ics"),
        ("/home/./my%20cal/x/../a.ics", "a.ics"),
    ],
)
def test_what_a_server_spells_loosely_is_read_where_it_can_mean_one_thing(href: str, name: str) -> None:
    assert CALENDAR.object_name(href) == name


def test_an_address_is_asked_for_as_it_is_listed() -> None:
    for listed in ("/home/my%20cal/a%3Bb.ics", "/home/my%20cal/a;b.ics", "/home/my%20cal/%C3%A9%2f.ics"):
        found = CALENDAR.listed_url(listed)
        assert found is not None
        assert found.target == listed


@given(st.binary(min_size=1, max_size=20))
@example(b"\x00")
@example(b"\xff\xfe.ics")
@example("\udcff".encode("utf-8", "surrogatepass"))
def test_every_name_of_bytes_goes_there_and_back_and_can_be_stored(raw: bytes) -> None:
    href = "/home/my%20cal/" + "".join(f"%{byte:02X}" for byte in raw)
    name = CALENDAR.object_name(href)
    if name is None:
        return
    assert "\0" not in name
    name.encode("utf-8")
    assert unquote_to_bytes(CALENDAR.object_url(name).path.rpartition("/")[2]) == raw
    assert CALENDAR.object_name(CALENDAR.object_url(name).path) == name


@given(pieces)
def test_no_spelling_leads_outside(href: str) -> None:
    name, listed = CALENDAR.object_name(href), CALENDAR.listed_url(href)
    assert (name is None) == (listed is None)
    if name is None or listed is None:
        return
    assert is_name(name)
    for url in (listed, CALENDAR.object_url(name)):
        assert url.origin == CALENDAR.url.origin
        assert url.target.isascii()
        assert url.target.isprintable()
        before, _slash, last = url.target.rpartition("/")
        assert unquote_to_bytes(before) == b"/home/my cal"
        assert unquote_to_bytes(last).strip(b". ") or b"." not in unquote_to_bytes(last)
        assert "?" not in last
        assert "#" not in last


@given(pieces)
@settings(max_examples=200)
def test_reading_an_address_ends_in_an_address_or_in_our_error_and_is_stable(text: str) -> None:
    for read in (read_url, CALENDAR.url.joined, CALENDAR.url.member):
        try:
            url = read(text)
        except BadAddressError:
            continue
        assert read_url(str(url)) == Url(origin=url.origin, path=url.path, query=url.query)
        assert url.path.startswith("/")
        assert not {".", ".."} & set(url.path.split("/"))


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"),
        ("g?y", "/b/c/g?y"),
        ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"),
        ("", "/b/c/d;p?q"),
        (".", "/b/c/"), ("..", "/b/"), ("../g", "/b/g"), ("../../g", "/g"), ("../../../g", "/g"),
        ("/../g", "/g"),
        ("g.", "/b/c/g."), ("..g", "/b/c/..g"), ("./g/.", "/b/c/g/"), ("g;x=1/../y", "/b/c/y"),
        ("/a b", "/a%20b"),
        ("/Übung.ics", "/%C3%9Cbung.ics"), ("x?a=b c|d", "/b/c/x?a=b%20c%7Cd"),
        ("/%2e%2e/x", "/%2e%2e/x"),
    ],
)  # fmt: skip
def test_references_are_resolved_as_rfc_3986_section_5_4_says(reference: str, target: str) -> None:
    assert read_url("http://a/b/c/d;p?q").joined(reference).target == target


@pytest.mark.parametrize(
    ("text", "meant", "plain_too"),
    [
        ("webcal://a/x.ics", "https://a/x.ics", True),
        ("WEBCAL://A/x.ics", "https://a/x.ics", True),
        ("webcals://a:8443/x.ics", "https://a:8443/x.ics", False),
        ("https://a:443", "https://a/", False),
        ("http://[2001:DB8::1]:8080/a;b?c;d", "http://[2001:db8::1]:8080/a;b?c;d", False),
    ],
)
def test_webcal_means_the_web(text: str, meant: str, plain_too: bool) -> None:
    url = read_url(text)
    assert (str(url), url.plain_too) == (meant, plain_too)


def test_credentials_are_bound_to_scheme_host_and_port() -> None:
    home = read_url("http://a/").origin
    for other, kept in {
        "http://a/": True, "http://A:80/": True, "https://a/": True, "http://a:8080/": False,
        "http://b/": False,
        "https://b/": False, "https://a:8443/": False, "http://a.example/": False,
    }.items():  # fmt: skip
        assert home.may_hand_on_to(read_url(other).origin) == kept
    assert not read_url("https://a/").origin.may_hand_on_to(home)
    assert not read_url("http://a:8080/").origin.may_hand_on_to(read_url("https://a/").origin)


def test_an_address_in_a_message_shows_its_host_alone() -> None:
    assert masked("https://cal.example/private-1/x.ics").startswith("cal.example (#")
    for odd in ("http://[bad/secret", "http://user:secret@host/", "secret", "http://a\r\nb/"):
        assert masked(odd).startswith("an address (#")


def test_a_header_is_read_as_utf_8_where_it_is() -> None:
    chance = random.Random(7)
    for _ in range(50):
        text = "".join(chance.choice("aÜé/€日") for _ in range(5))
        assert raw_header(text.encode().decode("latin-1")) == text
    assert raw_header("\xdc") == "\xdc"
