"""`gatherly erase`: forget a person, once somebody has said yes to it."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from daemon.app.erase import WhatGoes, erase, what_goes
from daemon.app.outsiders.forgetting import GuestGoes, forget_guest, guest_goes
from daemon.app.principal import OPERATOR
from daemon.app.relations.everywhere import forget_everywhere, known_to_others
from daemon.jobs.single_pass import run_once
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from daemon.store_access import load_configuration, open_store_only, store_url
from daemon.terminal.parameters import Config, DryRun
from daemon.terminal.progress import Progress
from daemon.wire import open_daemon
from engine.errors import UnknownThingError
from engine.text.mail_address import one_spelling
from store.lock import refuse_if_held
from store.open import file_of


def run(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whom to forget.")],
    config: Config,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nobody.")] = False,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="In others' contacts, too; they do not come back.")
    ] = False,
) -> int:
    """Say what goes, ask, and forget; 1 where nobody said yes. Whoever is forgotten already stays so: 0.

    Raises:
        GatherlyError: a calendar still holds a copy; nothing is forgotten before it is gone.
    """
    addresses = _addresses(config, user) if everywhere else frozenset()
    if addresses:
        with open_store_only(config) as view:
            print(f"Contacts of others that go, by {user}'s addresses: {known_to_others(view, addresses)}")
    done = _erase_here(user, config, dry_run=dry_run, yes=yes, alone=not addresses)
    if done or dry_run or not addresses:
        return done
    with open_store_only(config) as view:
        gone = forget_everywhere(view, OPERATOR, addresses)
    print(f"Contacts of others that went: {gone}. No event brings them back.")
    return 0


def _addresses(config: Path, user: str) -> frozenset[str]:
    """Give the addresses by which somebody is known to others."""
    with open_store_only(config) as view:
        with view.store.reading() as tx:
            people = {one.id: one for one in tx.users.all()}
        named = {one.email for one in people.values() if user in (one.id, one.email)}
    for name, table in load_configuration(config).settings.users.items():
        if user in (name, table.id, table.email):
            named |= {name, *((table.email,) if table.email else ()), *table.addresses}
    return frozenset(one_spelling(one) for one in (*named, user) if "@" in one)


def _erase_here(user: str, config: Path, *, dry_run: bool, yes: bool, alone: bool) -> int:
    opened = open_store_only(config)
    with opened as view, Progress(SystemClock(), f"looking what is kept of {user}"):
        guest = guest_goes(view, user)
    if guest is not None:
        return _forget_outsider(config, guest, dry_run=dry_run, yes=yes)
    opened = open_store_only(config)
    with opened as view, Progress(SystemClock(), f"looking what is kept of {user}"):
        try:
            goes = what_goes(OPERATOR, view.store, view.custody, user, view.clock.now())
        except UnknownThingError:
            if alone:
                raise
            return 0 if dry_run or yes or _agreed(user) else 1
    if goes is None:
        print(f"{user} is forgotten already. Take their tables out of the configuration.")
        return 0
    if not dry_run:
        _refuse_while_another_works(config)
    print("\n".join(_words(goes)))
    if dry_run:
        print("Nothing was changed (--dry-run).")
        return 0
    if not yes and not _agreed(goes.user):
        print("Nothing was changed. With --yes nobody is asked.", file=sys.stderr)
        return 1
    _erase(config, goes)
    print(f"{goes.user} is forgotten. Take their tables out of the configuration.")
    return 0


def _refuse_while_another_works(config: Path) -> None:
    file = file_of(store_url(load_configuration(config)))
    if file is not None:
        refuse_if_held(file)


def _words(goes: WhatGoes) -> Iterator[str]:
    yield f"Everything that is kept of {goes.user} goes:"
    for table, rows in goes.rows.items():
        yield f"  {table.replace('_', ' ')}: {rows}"
    yield from (f"  session {session}: is called off" for session in goes.hosted)
    yield from (f"  session {session}: took place, and stays with the others" for session in goes.took_place)
    yield from (f"  session {session}: goes on without them" for session in goes.attended)
    yield from (f"  session {one}; what it says of them goes with its host's key" for one in goes.unopened)
    yield from (f"  {place}: gatherly's copy is withdrawn" for place in goes.copies)


def _agreed(user: str) -> bool:
    """Ask; no answer is a no."""
    print(f"Forget {user} for good? [y/N] ", end="", flush=True)
    try:
        answer = "" if sys.stdin is None else sys.stdin.readline()
    except (OSError, ValueError):
        answer = ""
    return answer.strip().casefold() in ("y", "yes")


def _forget_outsider(file: Path, goes: GuestGoes, *, dry_run: bool, yes: bool) -> int:
    """Forget somebody who is no user; a running daemon goes on."""
    print(f"Everything that is kept of the guest {goes.address} goes:")
    for session in goes.sessions:
        print(f"  session {session}: goes on without them")
    if goes.visits:
        print(f"  times taken by invitation links: {len(goes.visits)}")
    if dry_run:
        print("Nothing was changed (--dry-run).")
        return 0
    if not yes and not _agreed(goes.address):
        print("Nothing was changed. With --yes nobody is asked.", file=sys.stderr)
        return 1
    with open_store_only(file) as view:
        forget_guest(view, goes)
    print(f"{goes.address} is forgotten, and is not written to any more.")
    return 0


def _withdraw(services: Services) -> None:
    """Let the booking work, and the sweep, which withdraws single copies of what stands for the others."""
    run_once(services, partial(print, file=sys.stderr))
    services.sweep.run()


def _erase(file: Path, goes: WhatGoes) -> None:
    with open_daemon(file) as services:
        now, withdraw = services.clock.now, partial(_withdraw, services)
        erase(OPERATOR, goes, services.desk, services.custody, now, withdraw)
        if services.app_documents is not None:
            services.app_documents.flush()
