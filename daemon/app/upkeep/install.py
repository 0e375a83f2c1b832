"""Putting what a machine needs beside the program in place: units, users, completions, the manual page."""

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.app.principal import Principal
from daemon.terminal.completion import Shell, completion_script
from engine.errors import InputError

PROGRAM = "/opt/gatherly/venv/bin/gatherly"
"""How the units' files call it; they are written with where it really is."""
UNITS = ("gatherly.service", "gatherly-backup.service", "gatherly-backup.timer")
OF_A_CLUSTER = "gatherly@.service"
"""Several processes on one PostgreSQL, each for a part of the work."""
KEPT = ".old"
_PACKED = Path(__file__).with_name("material")
_CHECKOUT = Path(__file__).parents[3]
_COMPLETIONS = {
    Shell.BASH: "bash-completion/completions/gatherly",
    Shell.ZSH: "zsh/site-functions/_gatherly",
    Shell.FISH: "fish/vendor_completions.d/gatherly.fish",
}


@dataclass(frozen=True, slots=True)
class Put:
    """A file to be put somewhere."""

    place: Path
    text: str
    what: str


def files(env: Mapping[str, str], *, mine: bool) -> list[Put]:
    """List what goes where: on the machine for everybody, or with `mine` for one person alone.

    `$DESTDIR` is the folder that stands for `/`, as packages are built.

    Raises:
        InputError: this installation lacks the files.
    """
    root = env.get("DESTDIR", "")
    found = _of_a_person(env) if mine else _of_the_machine()
    return [Put(Path(f"{root}{one.place}"), one.text, one.what) for one in found]


def _of_the_machine() -> Iterator[Put]:
    for unit in (*UNITS, OF_A_CLUSTER):
        yield Put(Path("/etc/systemd/system", unit), _unit(f"systemd/{unit}"), _about(unit))
    yield Put(Path("/etc/sysusers.d/gatherly.conf"), _material("systemd/gatherly.sysusers"), "its user")
    yield Put(Path("/etc/tmpfiles.d/gatherly.conf"), _material("systemd/gatherly.tmpfiles"), "its folders")
    yield from _words(Path("/usr/local/share"))


def _of_a_person(env: Mapping[str, str]) -> Iterator[Put]:
    home = Path(env.get("HOME") or os.path.expanduser("~"))
    settings = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(env.get("XDG_DATA_HOME") or home / ".local/share")
    for unit in UNITS:
        yield Put(settings / "systemd/user" / unit, _unit(f"systemd/user/{unit}"), _about(unit))
    yield from _words(data)


def _words(share: Path) -> Iterator[Put]:
    for shell, place in _COMPLETIONS.items():
        yield Put(share / place, completion_script(shell) + "\n", f"completions for {shell.value}")
    yield Put(share / "man/man1/gatherly.1", _material("docs/reference/gatherly.1"), "the manual page")


def _about(unit: str) -> str:
    return {
        "gatherly.service": "the unit",
        OF_A_CLUSTER: "the unit of one of several processes on PostgreSQL",
        "gatherly-backup.service": "a backup",
        "gatherly-backup.timer": "a backup every night",
    }[unit]


def _unit(name: str) -> str:
    return _material(name).replace(PROGRAM, str(Path(sys.prefix) / "bin" / "gatherly"))


def _material(name: str) -> str:
    for folder in (_PACKED, _CHECKOUT):
        try:
            return (folder / name).read_text(encoding="utf-8")
        except OSError:
            continue
    raise InputError(f"This installation lacks {name}", "Install gatherly anew, from its wheel or a checkout")


def put_in_place(principal: Principal, wanted: list[Put]) -> Iterator[tuple[Put, str]]:
    """Write each file, and tell what became of it; what stood there and was another is kept beside it.

    Raises:
        InputError: a file cannot be written.
        NotAllowedError: somebody else than an operator asks.
    """
    principal.must_be_operator("install gatherly on a machine")
    for one in wanted:
        try:
            yield one, _written(one)
        except OSError as error:
            raise InputError(
                f"{one.place} cannot be written: {error.strerror}",
                "Run it as root, with sudo before it; for yourself alone: gatherly install --user",
            ) from error


def _written(one: Put) -> str:
    new = one.text.encode()
    there = one.place.read_bytes() if one.place.is_file() and not one.place.is_symlink() else None
    if there == new:
        return "as it is"
    one.place.parent.mkdir(parents=True, exist_ok=True)
    draft = one.place.with_name(f".{one.place.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            os.fchmod(file.fileno(), 0o644)
        if os.path.lexists(one.place):
            os.replace(one.place, one.place.with_name(one.place.name + KEPT))
        os.replace(draft, one.place)
    finally:
        draft.unlink(missing_ok=True)
    return "written" if there is None else f"written; the one before is kept as {one.place.name}{KEPT}"
