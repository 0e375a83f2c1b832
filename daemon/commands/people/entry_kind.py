"""The commands of one kind of entry: listed, shown, entered, changed and removed alike."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon.app.relations.desk import Desk
from daemon.app.relations.entries import Entries
from daemon.app.relations.meant import names_of
from daemon.commands.people.asking import As, Asked, asked
from daemon.commands.people.entry_words import Documents, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.times import Reader
from engine.errors import InputError

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the beginning of it.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]
OF_CONTACTS = ("contact_id", "contact_a_id", "contact_b_id")
"""Values that name a contact."""
CONTACTS = ("contactId", "contactAId", "contactBId")
"""The same as documents have them."""


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What tells one kind from another; its methods are commands, or what a command with options ends in."""

    word: str
    entries: Callable[[Desk], Entries[Any]]
    words: Callable[[Documents, Mapping[str, str], Reader], str]
    """Told of the contacts' names, by id."""
    times: Collection[str] = ()
    """Values that name a time, read on the clock of whoever asks."""
    most_by: str = "updatedAt"
    """What they are listed by, the newest or the most first."""

    def listed(self, config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
        """List them, or those of one contact."""
        with asked(config, user) as one:
            found = self.entries(one.desk).listed(None if contact is None else one.contact(contact))
            found.sort(key=lambda each: each[self.most_by], reverse=True)
            print_answer(as_json, lambda: found, lambda: self._told(one, found))
        return 0

    def show(self, id_: Id, config: Config, user: As, as_json: Json = False) -> int:
        """Show one."""
        with asked(config, user) as one:
            entries = self.entries(one.desk)
            self._print(one, entries.show(entries.meant(id_)), as_json)
        return 0

    def add(self, config: Path, user: str | None, as_json: bool, **values: Any) -> int:
        """Enter one."""
        with asked(config, user) as one:
            self._print(one, self.entries(one.desk).add(self._given(one, values)), as_json)
        return 0

    def edit(self, id_: str, config: Path, user: str | None, as_json: bool, **values: Any) -> int:
        """Change one; what is not named stays.

        Raises:
            InputError: nothing is named.
        """
        if all(value is None for value in values.values()):
            raise InputError("Nothing was named to change", "Give an option; --help tells them")
        with asked(config, user) as one:
            entries = self.entries(one.desk)
            self._print(one, entries.edit(entries.meant(id_), self._given(one, values)), as_json)
        return 0

    def delete(self, id_: Id, config: Config, user: As) -> int:
        """Remove one."""
        with asked(config, user) as one:
            entries = self.entries(one.desk)
            entries.delete(entries.meant(id_))
        removed(self.word)
        return 0

    def _given(self, one: Asked, values: dict[str, Any]) -> dict[str, Any]:
        """Give the values that were named, with times and lists as entries hold them."""
        return {name: self._read(one, name, value) for name, value in values.items() if value is not None}

    def _read(self, one: Asked, name: str, value: Any) -> Any:
        if name in self.times:
            return one.instant(value)
        if name in OF_CONTACTS:
            return one.contact(value)
        return tuple(value) if isinstance(value, list) else value

    def _print(self, one: Asked, found: dict[str, Any], as_json: bool) -> None:
        print_answer(as_json, lambda: found, lambda: self._told(one, [found]))

    def _told(self, one: Asked, found: Documents) -> str:
        ids = {str(each[key]) for each in found for key in CONTACTS if each.get(key)}
        return self.words(found, names_of(one.desk, ids), one.reader)
