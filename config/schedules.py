"""Connectors that one account stands for: others' free/busy, read through it into the users so addressed."""

from collections.abc import Iterator, Mapping

from config.findings import Finding
from config.settings import ConnectorSettings, UserSettings
from engine.ids import ConnectorName, UserId

SCHEDULE = "schedule"


def scheduled(
    connectors: Mapping[str, ConnectorSettings], users: Mapping[str, UserSettings]
) -> tuple[dict[str, ConnectorSettings], list[Finding]]:
    """Give a connector for each user whom another's `schedule` names, and what of it names nobody."""
    found: dict[str, ConnectorSettings] = {}
    wrong: list[Finding] = []
    for name, one in connectors.items():
        for address in getattr(one.options, SCHEDULE, ()):
            named = [user for user, about in users.items() if address in _addresses(user, about)]
            if not named:
                known = f'add [users."{address}"], or add it to a user\'s addresses'
                wrong.append(
                    Finding(("connectors", name, SCHEDULE), f"no user has the address {address}", known)
                )
            found |= {f"{name}:{address}": _of(one, address, user, users[user]) for user in named[:1]}
    return found, wrong


def _of(one: ConnectorSettings, address: str, user: str, about: UserSettings) -> ConnectorSettings:
    return one.model_copy(
        update={
            "name": ConnectorName(f"{one.name}:{address}"),
            "user": user,
            "user_id": UserId(about.id or user),
            "zone": about.timezone,
            "read": (f"{SCHEDULE}:{address}",),
            "write": None,
            "options": one.options.model_copy(update={SCHEDULE: (), "push": False}),
            "through": one.name,
        }
    )


def _addresses(name: str, user: UserSettings) -> Iterator[str]:
    for one in (name, user.email or name, *user.addresses):
        yield one.strip().lower()
