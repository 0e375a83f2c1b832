"""The commands of one kind of entry: listed, shown, entered, changed and removed alike."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon.app.relations.desk import Desk
from daemon.app.relations.entries import Entries
from daemon.commands.people.asking import As, Asked, asked
from daemon.commands.people.entry_words import Documents, removed
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.times import Reader

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]
OfContact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Of this contact alone.")]


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What tells one kind from another; its methods are commands, or what a command with options ends in."""

    word: str
    entries: Callable[[Desk], Entries[Any]]
    words: Callable[[Documents, Reader], str]
    times: Collection[str] = ()
    """Values that name a time, read on the clock of whoever asks."""
    newest_by: str | None = None
    """What they are listed by, newest first; by their ids otherwise."""

    def listed(self, config: Config, user: As, contact: OfContact = None, as_json: Json = False) -> int:
        """List them, or those of one contact."""
        with asked(config, user) as one:
            found = self.entries(one.desk).listed(contact)
            if self.newest_by is not None:
                by = self.newest_by
                found.sort(key=lambda each: str(each[by]), reverse=True)
            print_answer(as_json, lambda: found, lambda: self.words(found, one.reader))
        return 0

    def show(self, id_: Id, config: Config, user: As, as_json: Json = False) -> int:
        """Show one."""
        with asked(config, user) as one:
            self._print(one, self.entries(one.desk).show(id_), as_json)
        return 0

    def add(self, config: Path, user: str, as_json: bool, **values: Any) -> int:
        """Enter one."""
        with asked(config, user) as one:
            self._print(one, self.entries(one.desk).add(self._given(one, values)), as_json)
        return 0

    def edit(self, id_: str, config: Path, user: str, as_json: bool, **values: Any) -> int:
        """Change one; what is not named stays."""
        with asked(config, user) as one:
            self._print(one, self.entries(one.desk).edit(id_, self._given(one, values)), as_json)
        return 0

    def delete(self, id_: Id, config: Config, user: As) -> int:
        """Remove one."""
        with asked(config, user) as one:
            self.entries(one.desk).delete(id_)
        removed(self.word)
        return 0

    def _given(self, one: Asked, values: dict[str, Any]) -> dict[str, Any]:
        """Give the values that were named, with times and lists as entries hold them."""
        return {name: self._read(one, name, value) for name, value in values.items() if value is not None}

    def _read(self, one: Asked, name: str, value: Any) -> Any:
        if name in self.times:
            return one.instant(value)
        return tuple(value) if isinstance(value, list) else value

    def _print(self, one: Asked, found: dict[str, Any], as_json: bool) -> None:
        print_answer(as_json, lambda: found, lambda: self.words([found], one.reader))
