"""Settings: how values are written and what they are read to."""

import pytest
from pydantic import TypeAdapter, ValidationError

from config.sections import sections
from config.settings import SecretsSettings, Settings, StoreSettings, UserSettings
from config.table import Table
from config.values import Listen, MinuteOfDay, Seconds, Zone
from engine.model.user import WorkingHours
from engine.time.weekday import WORKDAYS, Weekday


def test_an_empty_configuration_has_the_documented_defaults() -> None:
    settings = Settings()
    assert settings.store.url == "sqlite:///gatherly.db"
    assert (settings.sync.every, settings.sync.horizon, settings.sync.max_age) == (300, 60 * 86400, 6 * 3600)
    assert (settings.sessions.confirm, settings.sessions.expire_after) == ("host", 7 * 86400)
    assert (settings.booking.on_moved, settings.booking.on_deleted, settings.booking.on_foreign) == (
        "flag",
        "reopen",
        "flag",
    )
    assert settings.api.listen == "127.0.0.1:8765"


@pytest.mark.parametrize(("name", "section"), sections().items())
def test_a_table_that_is_in_no_file_is_as_an_empty_one(name: str, section: type[Table]) -> None:
    """It is not read, so that a start need not make what reads it; checks see no difference."""
    empty = section.model_validate({})
    for usual in (section.usual(), getattr(Settings(), name)):
        assert (usual, usual.model_dump()) == (empty, empty.model_dump())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("2h", 7200), ("60d", 5184000), ("1w", 604800), ("1h30m", 5400)],
)
def test_lengths_of_time_are_read_to_seconds(text: str, seconds: int) -> None:
    assert TypeAdapter(Seconds).validate_python(text) == seconds


@pytest.mark.parametrize("text", ["5", 5, "5 m", "m", "0m", "-5m", "5y", "", True])
def test_what_is_no_length_of_time_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Seconds).validate_python(text)
    assert "5m" in caught.value.errors()[0]["ctx"]["right"]


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/New_York"])
def test_iana_zones_are_taken(name: str) -> None:
    assert TypeAdapter(Zone).validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["Europe", "../../etc/passwd", "posix/Europe/Berlin", "localtime", "\0", "", "+02:00"]
)
def test_what_is_not_an_iana_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        TypeAdapter(Zone).validate_python(name)


def test_a_misspelt_zone_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Zone).validate_python("Europe/Berln")
    assert caught.value.errors()[0]["ctx"]["right"] == 'did you mean "Europe/Berlin"?'


def test_times_of_day_are_minutes_and_a_day_may_end_at_24() -> None:
    clock = TypeAdapter(MinuteOfDay)
    assert [clock.validate_python(text) for text in ("00:00", "09:30", "23:59", "24:00")] == [
        0,
        570,
        1439,
        1440,
    ]
    for text in ("9:00", "24:01", "09:60", "0900", 9, "09:00:00"):
        with pytest.raises(ValidationError, match="not a time of day"):
            clock.validate_python(text)


@pytest.mark.parametrize("text", ["127.0.0.1:8765", "localhost:0", "[::1]:8765"])
def test_addresses_to_listen_on(text: str) -> None:
    assert TypeAdapter(Listen).validate_python(text) == text


@pytest.mark.parametrize("text", ["8765", "127.0.0.1", "127.0.0.1:99999", "::1:80", "http://a:1", 8765])
def test_what_is_no_address_to_listen_on(text: object) -> None:
    with pytest.raises(ValidationError, match="not an address to listen on"):
        TypeAdapter(Listen).validate_python(text)


def test_working_hours_are_one_table_or_several() -> None:
    one = {"start": "09:00", "end": "17:00"}
    night = {"start": "22:00", "end": "06:00", "days": ["saturday", "SUN"]}
    assert UserSettings.model_validate({"working_hours": one}).habits.working_hours == (
        WorkingHours(540, 1020, WORKDAYS),
    )
    assert UserSettings.model_validate({"working_hours": [one, night]}).habits.working_hours == (
        WorkingHours(540, 1020, WORKDAYS),
        WorkingHours(1320, 360, (Weekday.SATURDAY, Weekday.SUNDAY)),
    )
    assert UserSettings().habits.working_hours is None


def test_no_days_at_all_are_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        UserSettings.model_validate({"working_hours": {"start": "09:00", "end": "17:00", "days": []}})


def test_only_one_source_of_the_key_is_taken() -> None:
    with pytest.raises(ValidationError, match="key_file and command are given"):
        SecretsSettings.model_validate({"key_file": "k", "command": ["pass", "gatherly"]})


def test_unknown_stores_are_refused() -> None:
    with pytest.raises(ValidationError, match="no store is called 'mysql'"):
        StoreSettings(url="mysql://localhost/gatherly")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().sync.every = 1
