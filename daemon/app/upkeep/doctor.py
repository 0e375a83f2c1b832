"""What a bug report needs: how gatherly was found to stand, without a secret, a title or an address."""

import getpass
import os
import platform
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.configuration import Configuration
from config.secrets import SecretPlaces, resolve_secret, secrets_of
from daemon.app.log import LogFilter, LogRecord, happened
from daemon.app.principal import Principal
from daemon.runtime.secrecy import masked
from engine.ports.store import Store
from engine.text.anonymous import Anonymous
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant
from engine.trouble import Trouble, attempt

PACKAGES = ("gatherly", "tzdata", "sqlalchemy", "icalendar", "recurring-ical-events", "httpcore2", "pydantic")
OF_EXTRAS = ("psycopg", "google-auth", "google-cloud-firestore", "msal", "apprise", "fastapi", "uvicorn")
TOLD = frozenset(
    {"from", "to", "epoch", "state", "before", "code", "start", "end", "due", "shown", "error", "slot"}
)
"""What of a line of the log is told besides what it is about."""
HIDDEN = frozenset(
    {"url", "username", "smtp", "path", "read", "write", "client_id", "tenant", "mailbox", "subject"}
    | {"schedule", "email", "name", "public_url", "api_root", "token_uri", "authority", "project", "command"}
    | {"rules", "resources", "trusted_proxies", "fingerprint"}
)
"""Keys of the configuration whose values are people's, or lead to them."""
_FILES = ("_file", "_command", "_credential")

Part = Callable[[], Any]


def report(principal: Principal, parts: Mapping[str, Part], hide: Anonymous) -> dict[str, Any]:
    """Make every part; one that cannot be made says why in its place, and keeps no other from it.

    Raises:
        NotAllowedError: somebody else than an operator asks.
    """
    principal.must_be_operator("gather what a bug report needs")
    made: dict[str, Any] = {"versions": versions()}
    for name, part in parts.items():
        found = attempt(part)
        made[name] = {"error": found.line} if isinstance(found, Trouble) else found
    return {name: _fit(hide, one) for name, one in made.items()}


def _fit(hide: Anonymous, value: Any) -> Any:
    """Take out what is secret first: it may look like anything."""
    if isinstance(value, str):
        return hide.text(masked(value))
    if isinstance(value, Mapping):
        fit: dict[str, Any] = {}
        for key, one in value.items():
            name = hide.text(masked(str(key)))
            fit[_free(name, fit)] = _fit(hide, one)
        return fit
    if isinstance(value, list | tuple):
        return [_fit(hide, one) for one in value]
    return value


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """Tell two apart that are called the same once nobody is named."""
    others = (f"{name} ({number})" for number in count(2))
    return next(one for one in chain((name,), others) if one not in taken)


def versions() -> dict[str, Any]:
    """Tell what runs, and on what."""
    return {
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: found for name in (*PACKAGES, *OF_EXTRAS) if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def hidden(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the tables of a configuration as they may be told: of what is people's, only that it is given."""
    return {key: _told(key, value) for key, value in values.items()}


def _told(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return hidden(value)
    if value not in (None, "") and (key in HIDDEN or key.endswith(_FILES) or key == "from"):
        if isinstance(value, list | tuple):
            return f"({len(value)} given)"
        scheme, colon, _ = str(value).partition("://")
        return f"{scheme} (given)" if colon and key == "url" else "(given)"
    return value


def a_day_of_log(store: Store, now: Instant) -> list[dict[str, Any]]:
    """Give what has happened within a day, by ids alone."""
    with store.reading() as tx:
        return [_line(one) for one in happened(tx, LogFilter(since=now - DAY)).records]


def _line(one: LogRecord) -> dict[str, Any]:
    details = {key: value for key, value in one.details.items() if key in TOLD and value is not None}
    who = {} if one.user is None else {"user": one.user}
    return {"at": format_instant(one.at), "event": one.event, one.about: one.name, **who, **details}


def anonymous(file: Path, configuration: Configuration | None, store: Store | None) -> Anonymous:
    """Know everybody whom the configuration or the store names, and what they call their sessions.

    Of a file that is no configuration, whatever can be read of it.
    """
    words: list[tuple[str, str]] = [
        (one, "(user)") for one in (attempt(getpass.getuser),) if isinstance(one, str)
    ]
    words.append((str(file.absolute().parent), "(folder)"))
    told = _of_file(file) if configuration is None else _of_configuration(configuration)
    for source in (told, *(() if store is None else (_of_store(store),))):
        found: list[tuple[str, str]] | Trouble = attempt(partial(list, source))
        words += () if isinstance(found, Trouble) else found
    return Anonymous(words)


def _of_configuration(configuration: Configuration) -> Iterator[tuple[str, str]]:
    settings, places = configuration.settings, SecretPlaces.of(configuration.file, os.environ)
    for number, (name, user) in enumerate(settings.users.items(), 1):
        yield from ((word, f"user-{number}") for word in (name, user.id, user.email, user.name) if word)
        yield from ((word, f"user-{number}") for word in (user.name or "").split())
        yield from (
            (word, f"user-{number}") for word in (name, user.email or "") for word in word.split("@")[:1]
        )
    for number, connector in enumerate(settings.connectors.values(), 1):
        for value in connector.options.model_dump(mode="json").values():
            yield from ((word, f"place-{number}") for word in _places(value))
        for secret in secrets_of(type(connector.options)):
            value = attempt(partial(resolve_secret, connector.options, secret, places))
            yield from ((word, f"place-{number}") for word in _places(value) if word != value)
        for calendar in (*(connector.read or ()), connector.write or ""):
            yield calendar, f"calendar-of-{number}"


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    for number, (name, user) in enumerate(tables.get("users", {}).items(), 1):
        yield from ((word, f"user-{number}") for word in (name, user.get("email"), user.get("name")) if word)
    for number, connector in enumerate(tables.get("connectors", {}).values(), 1):
        yield from ((word, f"place-{number}") for value in connector.values() for word in _places(value))


def _places(value: object) -> Iterator[str]:
    """Give what an option names: a host, a path, a name to log in with."""
    if not isinstance(value, str):
        return
    host = attempt(lambda: urlsplit(value).hostname)
    if isinstance(host, str):
        yield host
    elif "/" in value or "@" in value or "." in value:
        yield value


def _of_store(store: Store) -> Iterator[tuple[str, str]]:
    with store.reading() as tx:
        for number, user in enumerate(tx.users.all(), 1):
            yield from ((word, f"person-{number}") for word in (user.id, user.email, user.name))
        for session in tx.sessions.listed(None, lambda _row, _why: None):
            yield session.title, "(title)"
            yield from ((text, "(words)") for text in (session.description, session.location) if text)
        for account in tx.calendars.accounts():
            for calendar in tx.calendars.of_connector(account.connector):
                yield calendar.name, "(calendar)"
                yield str(calendar.key.calendar), "(calendar)"
