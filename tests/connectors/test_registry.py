"""The registry and the options of each kind."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.secrets import read_secret_file
from connectors.context import ConnectorContext
from connectors.edge import EdgedConnector
from connectors.gcal.options import GoogleOptions
from connectors.ical.options import CalDavOptions, EmailOptions, FeedOptions
from connectors.registry import KINDS, connect, options_types
from engine.errors import InputError, SourceUnavailableError
from engine.ids import ConnectorName, RemoteCalendarId
from tests.standins.surroundings import surroundings


def test_each_kind_of_the_configuration_has_options_with_descriptions() -> None:
    assert set(options_types()) == set(KINDS)
    for model in options_types().values():
        assert all(field.description for field in model.model_fields.values()), model


def test_a_feed_address_is_given_exactly_once_and_never_shown() -> None:
    options = FeedOptions.model_validate({"url": "https://example.com/secret.ics"})
    assert "secret.ics" not in repr(options)
    assert options.sources("url") == ["url"]
    with pytest.raises(ValidationError, match="url is missing; give one of url, url_file"):
        FeedOptions.model_validate({})
    with pytest.raises(ValidationError, match="url and url_file are given"):
        FeedOptions.model_validate({"url": "https://a.example", "url_file": "x"})


def test_an_unknown_zone_or_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="'Mars/Olympus' is not a zone"):
        FeedOptions.model_validate({"url": "https://a.example", "tz": "Mars/Olympus"})
    with pytest.raises(ValidationError, match="Extra inputs"):
        FeedOptions.model_validate({"url": "https://a.example", "colour": "red"})


def test_google_wants_one_way_in_and_email_says_from() -> None:
    assert (
        GoogleOptions.model_validate({"client_secret_file": "c.json"}).api_root
        == "https://www.googleapis.com"
    )
    with pytest.raises(ValidationError, match="subject is missing"):
        GoogleOptions.model_validate({"service_account_file": "s.json"})
    email = EmailOptions.model_validate({"smtp": "smtp://127.0.0.1:2525", "from": "a@example.com"})
    assert email.sender == "a@example.com"


def beside(folder: Path) -> ConnectorContext:
    """Give surroundings in which the secret lies in a file."""
    file = folder / "carol.url"
    return replace(surroundings(folder), secret=lambda name: read_secret_file(file).decode())


def edged(folder: Path) -> EdgedConnector:
    """Give a feed as the daemon has it, whose secret may be missing."""
    options = FeedOptions.model_validate({"url_file": "carol.url"})
    return EdgedConnector(ConnectorName("under-test"), partial(connect, "ics", options, beside(folder)))


def test_a_connector_whose_secret_is_missing_keeps_nobody_from_working(tmp_path: Path) -> None:
    feed = edged(tmp_path)
    with pytest.raises(
        SourceUnavailableError, match=r"under-test cannot be used: .*carol\.url cannot be read"
    ):
        feed.changes(RemoteCalendarId("feed"), None, {})
    (problem,) = feed.probe().problems
    assert "carol.url cannot be read" in problem
    feed.close()


def test_it_works_as_soon_as_the_secret_is_there(tmp_path: Path) -> None:
    feed = edged(tmp_path)
    with pytest.raises(SourceUnavailableError):
        feed.calendars()
    (tmp_path / "carol.url").write_text("https://calendars.example/carol.ics")
    assert len(feed.calendars()) == 1
    feed.close()


def test_an_unknown_kind_is_refused_at_once(tmp_path: Path) -> None:
    options = FeedOptions.model_validate({"url": "https://a.example"})
    with pytest.raises(InputError, match="'exchange' is not a kind of connector"):
        connect("exchange", options, surroundings(tmp_path))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("webcal://dav.example/x;y/", "https://dav.example/x;y/"),
        ("WEBCALS://dav.example:8443", "https://dav.example:8443/"),
        (" https://dav.example/ ", "https://dav.example/"),
        ("http://dav.example", "http://dav.example"),
    ],
)
def test_an_address_may_be_webcal_whatever_the_kind(given: str, taken: str) -> None:
    caldav = CalDavOptions.model_validate({"url": given, "username": "a", "password": "b"})
    google = GoogleOptions.model_validate({"client_secret_file": "c", "api_root": given, "token_uri": given})
    assert (caldav.url, google.api_root, google.token_uri) == (taken, taken, taken)


@pytest.mark.parametrize(
    "given", ["", "http://[", "dav.example", "ftp://a/", "http://a b/", "http://u:p@a/", "https://a:0/"]
)
def test_an_address_that_is_none_is_refused_when_the_configuration_is_read(given: str) -> None:
    with pytest.raises(ValidationError):
        CalDavOptions.model_validate({"url": given, "username": "a", "password": "b"})
