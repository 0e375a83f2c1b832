"""The users of the file, each with an id of their own."""

from collections.abc import Iterator

from config.findings import Finding
from config.merging import Merged
from config.reading import named_tables, read_table
from config.settings import UserSettings
from engine.documents.rules import parse_constraint
from engine.errors import InputError


def read_users(merged: Merged) -> tuple[dict[str, UserSettings], list[Finding]]:
    """Read `[users.…]`; one that is wrong stands with defaults, so that its connectors can be checked."""
    users: dict[str, UserSettings] = {}
    wrong: list[Finding] = []
    for name, table in named_tables(merged, "users"):
        user, found = read_table(UserSettings, table, ("users", name))
        users[name] = _completed(name, user or UserSettings())
        wrong += [*found, *_wrong_rules(name, users[name])]
    return users, [*wrong, *_shared_ids(users, merged)]


def _wrong_rules(name: str, user: UserSettings) -> Iterator[Finding]:
    for number, document in enumerate(user.rules):
        try:
            parse_constraint(document, "rule")
        except InputError as error:
            yield Finding(("users", name, "rules", str(number)), error.what, error.remedy)


def _completed(name: str, user: UserSettings) -> UserSettings:
    given = user.model_dump(include={"id", "name", "email"}, exclude_none=True)
    told = {"id": name, "name": name, "email": name if "@" in name else None}
    return user.model_copy(update=told | given)


def _shared_ids(users: dict[str, UserSettings], merged: Merged) -> list[Finding]:
    found: list[Finding] = []
    first: dict[str | None, str] = {}
    for name in sorted(users, key=lambda name: merged.rank(("users", name))):
        other = first.setdefault(users[name].id, name)
        if other != name:
            wrong = f"{users[name].id!r} is the id of {other!r} too"
            found.append(Finding(("users", name, "id"), wrong, "give each user an id of their own"))
    return found
