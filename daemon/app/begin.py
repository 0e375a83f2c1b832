"""A first configuration: with comments, its secrets in files of their own, and never over anything."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.places import NAME
from daemon.app.principal import Principal
from engine.errors import InputError

OWNERS = 0o600
ANYBODY = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnector:
    """A connector to be written: its `keys` in order, each with a comment; `secret` becomes a file's text.

    The name is of letters, digits and hyphens; `folder` is made where it is missing; `afterwards` is what
    its owner has to type before it works.
    """

    name: str
    kind: str
    keys: Sequence[tuple[str, str | Sequence[str], str]]
    secret: tuple[str, str] | None = None
    folder: Path | None = None
    afterwards: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Whose configuration it is; `hours` are `09:00` and `17:00`, None = any time."""

    address: str
    name: str
    zone: str
    hours: tuple[str, str] | None = ("09:00", "17:00")
    connectors: Sequence[NewConnector] = field(default_factory=tuple)


def refuse_if_begun(folder: Path) -> None:
    """See that no configuration lies in a folder.

    Raises:
        InputError: one does.
    """
    if os.path.lexists(folder / NAME):
        raise InputError(
            f"{folder / NAME} is there already, and nothing was changed", "Edit it, or name another folder"
        )


def begin(principal: Principal, folder: Path, user: NewUser) -> list[Path]:
    """Write a configuration, and give the files and folders that were made; all of them, or none.

    Raises:
        InputError: something of that name is there already, or cannot be made.
        NotAllowedError: somebody but an operator asks.
    """
    principal.must_be_operator("make a configuration")
    refuse_if_begun(folder)
    made: list[Path] = []
    try:
        for path, text, mode in _files(folder, user):
            made += _made_folders(path if text is None else path.parent)
            if text is not None:
                _write_new(path, text, mode)
                made.append(path)
    except OSError as error:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        taken = isinstance(error, FileExistsError)
        what = "is there already" if taken else f"cannot be made: {error.strerror}"
        raise InputError(f"{error.filename} {what}; nothing was changed", "Name another folder") from error
    return made


def _files(folder: Path, user: NewUser) -> Iterator[tuple[Path, str | None, int]]:
    """Give what is to be made, the configuration last: path, text (None = a folder) and mode."""
    for one in user.connectors:
        if one.folder is not None and not (folder / one.folder).exists():
            yield folder / one.folder, None, OWNERS
        if one.secret is not None:
            yield folder / one.secret[0], f"{one.secret[1]}\n", OWNERS
    yield folder / NAME, configuration_text(user), ANYBODY


def _made_folders(folder: Path) -> list[Path]:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _write_new(path: Path, text: str, mode: int) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        opened.write(text)


def configuration_text(user: NewUser) -> str:
    """Write the file: what is likely to be changed stands there, each key with what it does."""
    who = _toml(user.address)
    hours = (
        f"working_hours = {{ start = {_toml(user.hours[0])}, end = {_toml(user.hours[1])} }}"
        "  # monday to friday, on your own clock"
        if user.hours
        else '# working_hours = { start = "09:00", end = "17:00" }  # any time, unless set'
    )
    return "\n".join(
        [
            "# Gatherly's configuration, made by `gatherly init`. Every key: docs/reference/configuration.md",
            "# After a change: `gatherly check`, and `gatherly reload` where the daemon runs.",
            "",
            "[store]",
            'url = "sqlite:///gatherly.db"   # beside this file; or postgresql+psycopg://…',
            "",
            "[secrets]",
            'key_file = "gatherly.key"       # made at the first start; keep a copy apart from the backups',
            "",
            "[sync]",
            'every = "5m"                    # how often calendars are read',
            "",
            f"[users.{who}]",
            f"name = {_toml(user.name)}",
            f"timezone = {_toml(user.zone)}",
            hours,
            "# buffer_minutes = 10           # kept free before and after what is proposed",
            *(line for one in user.connectors for line in _connector(one, who)),
            "",
        ]
    )


def _connector(one: NewConnector, who: str) -> Iterator[str]:
    yield ""
    yield f"[connectors.{one.name}]"
    yield f"kind = {_toml(one.kind)}"
    yield f"user = {who}"
    for key, value, comment in one.keys:
        yield f"{key} = {_toml(value)}" + (f"  # {comment}" if comment else "")


def _toml(value: str | Sequence[str]) -> str:
    """Write a text, or an array of texts: TOML's basic strings are JSON's, but for DEL."""
    if not isinstance(value, str):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
