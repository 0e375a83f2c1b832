"""The family's tables of the file read, and what must fit together in them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from config.custom_rules import INSTALLED
from config.family import CalendarSettings, ResourceSettings, RuleSettings
from config.files.merging import Merged
from config.files.positions import KeyPath, dotted
from config.findings import Finding, named_tables, read_table
from config.settings import Settings
from engine.bounds import LONGEST_SHORT_ID
from engine.errors import InputError
from engine.rules.checkable import checkable

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FamilyTables:
    """What was read of them."""

    calendars: Mapping[str, CalendarSettings]
    resources: Mapping[str, ResourceSettings]
    rules: Mapping[str, RuleSettings]
    wrong: list[Finding] = field(default_factory=list)

    @property
    def update(self) -> dict[str, Any]:
        """Give them as settings have them."""
        return {"calendars": self.calendars, "resources": self.resources, "rules": self.rules}


def read_family(merged: Merged, settings: Settings) -> FamilyTables:
    """Read `[calendars.…]`, `[resources.…]` and `[rules.…]`; `settings` holds the users they refer to."""
    wrong: list[Finding] = []
    read = FamilyTables(
        calendars=_all(merged, "calendars", CalendarSettings, wrong),
        resources=_all(merged, "resources", ResourceSettings, wrong),
        rules=_all(merged, "rules", RuleSettings, wrong),
        wrong=wrong,
    )
    connectors = merged.tables.get("connectors", {})
    for name, one in read.calendars.items():
        wrong += _unfit(("calendars", name), one, settings.users, connectors)
    wrong += _unchecked(read.rules)
    for name, user in settings.users.items():
        default = user.default_calendar
        if default is not None and default not in read.calendars:
            known = f"known: {', '.join(read.calendars)}" if read.calendars else "there are none yet"
            path = ("users", name, "default_calendar")
            wrong.append(Finding(path, f"there is no calendar {default!r}", known))
    return read


def _all(merged: Merged, section: str, model: type[Model], wrong: list[Finding]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, table in named_tables(merged, section):
        at = (section, name)
        if not name or len(name) > LONGEST_SHORT_ID or "/" in name:
            right = f"give it a name of 1 to {LONGEST_SHORT_ID} characters without a slash"
            wrong.append(Finding(at, "is no name for it", right))
            continue
        one, wrong_here = read_table(model, table, at)
        wrong += wrong_here
        if one is not None:
            found[name] = one
    return found


def _unchecked(rules: Mapping[str, RuleSettings]) -> Iterator[Finding]:
    for name, one in rules.items():
        try:
            checkable(one.constraint(name), INSTALLED)
        except InputError as error:
            yield Finding(("rules", name), error.what, error.remedy)


def _unfit(
    at: KeyPath, one: CalendarSettings, users: Collection[str], connectors: Mapping[str, Any]
) -> Iterator[Finding]:
    if one.owner is not None and one.owner not in users:
        yield Finding((*at, "owner"), f"there is no user {one.owner!r}", _add(one.owner))
    for number, member in enumerate(one.members):
        if member.user not in users:
            path = (*at, "members", str(number))
            yield Finding(path, f"there is no user {member.user!r}", _add(member.user))
    if one.mirror is not None:
        table = connectors.get(one.mirror)
        if not isinstance(table, Mapping):
            right = f"add [{dotted(('connectors', one.mirror))}], or name another"
            yield Finding((*at, "mirror"), f"there is no connector {one.mirror!r}", right)
        elif not table.get("write"):
            right = "give that connector write, the calendar that gets the copies"
            yield Finding((*at, "mirror"), f"{one.mirror!r} writes to no calendar", right)


def _add(user: str) -> str:
    return f"add [{dotted(('users', user))}]"
