"""How the commands of contacts ask: as whom, and on whose clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from daemon.app.principal import Principal, Role
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.desk import Desk
from daemon.app.relations.entries import InteractionEntries
from daemon.app.relations.meant import contact_meant
from daemon.commands.family.asking import Asking, asking
from daemon.terminal.times import Reader
from engine.errors import InputError
from engine.time.span import Instant

As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="USER",
        help="Whose contacts; times are theirs. The only user's, unless said.",
        default_factory=lambda: None,
        show_default=False,
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The contact's id or its beginning, address or name.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """The use cases, asked by one person."""

    desk: Desk
    asking: Asking

    @property
    def contacts(self) -> Contacts:
        """Their contacts."""
        return Contacts(self.desk)

    def contact(self, text: str) -> str:
        """Give the id of the contact that is meant.

        Raises:
            UnknownThingError: none is meant, or several.
        """
        return contact_meant(self.desk, text)

    @property
    def interactions(self) -> InteractionEntries:
        """What they enter."""
        return InteractionEntries(self.desk)

    @property
    def reader(self) -> Reader:
        """Whose clock times are told by."""
        return self.asking.reader

    def instant(self, text: str) -> Instant:
        """Read a time, on their clock where it carries no offset."""
        return self.asking.instant(text)


@contextmanager
def asked(config: Path, user: str | None) -> Iterator[Asked]:
    """Open the store, and know who asks.

    Raises:
        UnknownThingError: nobody is called so, or contacts are switched off.
        InputError: it is not said whose, and there are several users.
    """
    with asking(config, user) as known:
        if user is None and len(known.people) == 1:
            known = replace(known, user=next(iter(known.people.values())))
        if known.user is None:
            raise InputError("Contacts are somebody's own", "Say whose, with --as USER")
        yield Asked(Desk.of(known.access, Principal(Role.USER, known.user.id)), known)
