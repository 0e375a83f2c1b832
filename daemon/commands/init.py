"""`gatherly init`: a first configuration, by a few questions or without any."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import PydanticCustomError

from config.places import NAME
from config.values import read_clock, read_zone
from daemon.app.begin import NewConnector, NewUser, begin, refuse_if_begun
from daemon.app.principal import OPERATOR
from daemon.commands import check
from daemon.runtime.machine import full_name, local_address, login
from daemon.terminal.asking import Asker
from daemon.terminal.times import machine_zone
from engine.errors import InputError
from engine.text.mail_address import is_address

FOLDER = "calendars/home"
ICLOUD = "https://caldav.icloud.com"
MENU = """
Which calendars are yours? They are read; the first that can be written gets what is booked.
  1  iCloud                      (an app-specific password)
  2  another CalDAV server       (Fastmail, Nextcloud, Radicale, …)
  3  Google
  4  a published address         (an .ics feed; read only)
  5  a folder of .ics files
  6  Outlook, Microsoft 365"""
NAMES = {"1": "icloud", "2": "caldav", "3": "google", "4": "feed", "6": "outlook"}


def run(
    folder: Annotated[
        Path,
        typer.Argument(metavar="[DIR]", help="Where, made when missing; the current folder unless said."),
    ] = Path(),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: one user, one folder.")] = False,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Your name.")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Your address.")] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="Your zone, like Europe/Berlin.")
    ] = None,
    folders: Annotated[
        list[str] | None,
        typer.Option("--folder", metavar="PATH", help="A folder calendar; the first is written to."),
    ] = None,
) -> int:
    """Write `gatherly.toml`, try it, and say what to do next; exit 1 where one lies there already."""
    refuse_if_begun(folder)
    user = login()
    known = NewUser(
        address=_address(email or local_address(user)),
        name=name or full_name(user),
        zone=_zone(timezone or machine_zone()),
        connectors=_folders(folders or ()),
    )
    wanted = replace(known, connectors=known.connectors or _folders((FOLDER,))) if yes else _asked(known)
    made = begin(OPERATOR, folder, wanted)
    print(f"Written: {', '.join(map(str, made))}")
    file = folder / NAME
    code = check.run(file)
    print("\n".join(_next(file, wanted)))
    return code


def _next(file: Path, user: NewUser) -> Iterator[str]:
    where = "" if file.parent == Path() else f" -c {shlex.quote(str(file))}"
    host = shlex.quote(user.address)
    lines = [
        *(f"gatherly {one.afterwards}{where}" for one in user.connectors if one.afterwards),
        f"gatherly run{where}",
        f'gatherly session create --host {host} --title "First" --duration 30m{where}',
        f"gatherly session list{where}",
    ]
    for number, line in enumerate(lines):
        yield f"{'Next' if number == 0 else '    '}  {line}"


def _asked(known: NewUser) -> NewUser:
    asker = Asker("Run it in a terminal, or take the defaults: gatherly init --yes")
    name = asker.ask("Your name", known.name)
    address = asker.ask("Your address; invitations name it", known.address, _address)
    zone = asker.ask("Your time zone", known.zone, _zone)
    hours = asker.ask("Your working hours (or: any)", "09:00-17:00", _hours)
    connectors = list(known.connectors)
    if not connectors:
        print(MENU)
    while not known.connectors:
        choice = asker.ask("A number, or nothing to end", read=_choice)
        if not choice:
            break
        connectors.append(_connector(choice, asker, connectors))
    if not connectors:
        connectors += _folders((FOLDER,))
        print(f"No calendar was named: a folder is made, {FOLDER}")
    start, _, end = hours.partition("-")
    return NewUser(
        address=address,
        name=name,
        zone=zone,
        hours=(start, end) if end else None,
        connectors=connectors,
    )


def _connector(choice: str, asker: Asker, before: Sequence[NewConnector]) -> NewConnector:
    if choice == "5":
        path = asker.ask("The folder", FOLDER)
        return _folder(path, before)
    name = _free_name(
        {"1": "icloud", "2": "caldav", "3": "google", "4": "feed", "6": "outlook"}[choice], before
    )
    if choice == "3":
        return _google(name, asker, before)
    if choice == "6":
        return _outlook(name, asker, before)
    if choice == "4":
        address = asker.secret("Its address")
        return NewConnector(
            name=name,
            kind="ics",
            keys=(("url_file", f"{name}.url", "the address is a secret"),),
            secret=(f"{name}.url", address),
        )
    return _caldav(name, asker, before, ICLOUD if choice == "1" else "")


def _caldav(name: str, asker: Asker, before: Sequence[NewConnector], url: str) -> NewConnector:
    url = url or asker.ask("The server's address, like https://dav.example.com/", read=_given)
    username = asker.ask("The name to log in with", read=_given)
    password = asker.secret("The password, made for gatherly alone where the provider allows it")
    keys = [
        ("url", url, ""),
        ("username", username, ""),
        ("password_file", f"{name}.password", ""),
    ]
    if not any(_writes(one) for one in before):
        write = asker.ask("The calendar that bookings go to, by its name; nothing = it is only read")
        keys += [("write", write, "gatherly calendars lists their names")] if write else []
    return NewConnector(name=name, kind="caldav", keys=keys, secret=(f"{name}.password", password))


def _google(name: str, asker: Asker, before: Sequence[NewConnector]) -> NewConnector:
    file = asker.ask("The client's file from Google's console (docs/how-to/google.md)", "google-client.json")
    keys: list[tuple[str, str | Sequence[str], str]] = [
        ("client_secret_file", file, ""),
        ("read", ("primary",), "the calendars that make you busy"),
    ]
    if not any(_writes(one) for one in before):
        keys.append(("write", "primary", "where what is booked goes"))
    return NewConnector(name=name, kind="google", keys=keys, afterwards=f"connect {name}")


def _outlook(name: str, asker: Asker, before: Sequence[NewConnector]) -> NewConnector:
    client = asker.ask("The app's id from its registration (docs/how-to/outlook.md)", read=_given)
    keys: list[tuple[str, str | Sequence[str], str]] = [
        ("client_id", client, ""),
        ("tenant", asker.ask("The organisation's id or domain", "common"), ""),
        ("read", ("primary",), "the calendars that make you busy"),
    ]
    if not any(_writes(one) for one in before):
        keys.append(("write", "primary", "where what is booked goes"))
    return NewConnector(name=name, kind="outlook", keys=keys, afterwards=f"connect {name}")


def _folders(paths: Sequence[str]) -> tuple[NewConnector, ...]:
    found: list[NewConnector] = []
    for path in paths:
        found.append(_folder(path, found))
    return tuple(found)


def _folder(path: str, before: Sequence[NewConnector]) -> NewConnector:
    place = Path(path).expanduser()
    keys = [("path", str(place), "a folder of .ics files, one event each; or one .ics file")]
    if not any(_writes(one) for one in before):
        keys.append(("write", ".", "what is booked goes there; without this line it is only read"))
    name = _free_name(_plain(place.stem) or "folder", before)
    return NewConnector(name=name, kind="folder", keys=keys, folder=place)


def _writes(one: NewConnector) -> bool:
    return any(key == "write" for key, _, _ in one.keys)


def _free_name(wanted: str, before: Sequence[NewConnector]) -> str:
    taken = {one.name for one in before}
    return next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if name not in taken)


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower()).strip(
        "-"
    )


def _address(text: str) -> str:
    if not is_address(text):
        raise InputError(f"{text!r} is not an address", "Write one like anna@example.com")
    return text


def _zone(text: str) -> str:
    try:
        return read_zone(text)
    except PydanticCustomError as error:
        raise InputError(str(error), str((error.context or {}).get("right", ""))) from error


def _hours(text: str) -> str:
    start, dash, end = (part.strip() for part in text.replace("–", "-").partition("-"))
    if text != "any" and not (dash and _is_clock(start) and _is_clock(end)):
        raise InputError(f"{text!r} are no hours", "Write them like 09:00-17:00, or: any")
    return text if text == "any" else f"{start}-{end}"


def _is_clock(text: str) -> bool:
    try:
        read_clock(text)
    except PydanticCustomError:
        return False
    return True


def _choice(text: str) -> str:
    if text not in ("", "1", "2", "3", "4", "5", "6"):
        raise InputError(f"{text!r} is none of them", "A number from 1 to 6, or nothing")
    return text


def _given(text: str) -> str:
    if not text:
        raise InputError("It cannot be left out")
    return text
