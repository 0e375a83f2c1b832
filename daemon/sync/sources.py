"""Configured connectors made ready: each with what it needs of the world."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from config.configuration import Configuration
from config.secrets import SecretPlaces, resolve_secret
from config.settings import ConnectorSettings, Settings, UserSettings
from connectors.context import ConnectorContext
from connectors.edge import EdgedConnector
from connectors.options import ConnectorOptions
from connectors.owner import OwnerAddresses
from connectors.registry import connect, kind_of
from connectors.sandbox.room import Room
from connectors.sandbox.task import Runner
from daemon.runtime.guard import Guard
from daemon.runtime.meters import Meters
from daemon.runtime.secrecy import SECRETS, masked
from daemon.sync.budgets import StoredBudgets
from daemon.sync.channels import Channels
from daemon.sync.expiry import Expiries
from daemon.sync.grants import StoredGrant
from daemon.sync.providers import provider_of
from daemon.sync.source import Source
from daemon.sync.witness import CallWitness
from engine.errors import InputError
from engine.ids import ConnectorName, RemoteCalendarId
from engine.ports.budgets import Budgets
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness


@dataclass(frozen=True, slots=True)
class SharedResources:
    """What all connectors share; `run` is where they read what strangers wrote.

    `clock` is the store's, by which leases and budgets count; `machine` is this machine's.
    `guard` records what was unforeseen in their calls, `expiries` who is no longer let in; a command that
    makes nothing has neither.
    """

    store: Store
    clock: Clock
    machine: Clock
    randomness: Randomness
    run: Runner
    guard: Guard | None = None
    expiries: Expiries | None = None
    room: Room = field(default_factory=Room)
    meters: Meters | None = None
    channels: Channels = field(default_factory=Channels)


def sources_of(
    configuration: Configuration,
    shared: SharedResources,
    only: Collection[ConnectorName] | None = None,
    kept: Mapping[ConnectorName, Source] = MappingProxyType({}),
) -> dict[ConnectorName, Source]:
    """Make every configured connector, or `only` some; those to one account share its budget of requests.

    Of those `kept` from before, each whose settings and secret files are the same goes on as it is.
    """
    places = SecretPlaces.of(configuration.file, os.environ)
    budgets = StoredBudgets(shared.store, shared.clock)
    settings = configuration.settings
    owners = {name: OwnerAddresses(_addresses(name, user)) for name, user in settings.users.items()}
    found = {}
    for one in settings.connectors.values():
        if only is not None and one.name not in only:
            continue
        origin = (one, settings.users[one.user], settings.sync.horizon, _stamps(one, places))
        before = kept.get(one.name)
        if before is not None and before.made_from == origin:
            found[one.name] = before
        else:
            made = _source(one, settings, places, shared, budgets, owners[one.user])
            found[one.name] = replace(made, made_from=origin)
    return found


def _stamps(one: ConnectorSettings, places: SecretPlaces) -> tuple[object, ...]:
    """Tell apart the versions of the files that a connector's secrets lie in."""
    given = [(key, value) for key, value in dict(one.options).items() if value is not None]
    files = [places.base / value for key, value in given if key.endswith("_file")]
    handed = (places.credentials.place(value) for key, value in given if key.endswith("_credential"))
    return tuple((file, _stamp(file)) for file in (*files, *handed) if file is not None)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _addresses(name: str, user: UserSettings) -> Iterator[str]:
    yield user.email or name
    yield from user.addresses


def _source(
    one: ConnectorSettings,
    settings: Settings,
    places: SecretPlaces,
    shared: SharedResources,
    budgets: Budgets,
    owner: OwnerAddresses,
) -> Source:
    from connectors.web.http import Http

    read = None if one.read is None else tuple(RemoteCalendarId(name) for name in one.read)
    write = None if one.write is None else RemoteCalendarId(one.write)
    if not isinstance(one.options, ConnectorOptions):
        raise TypeError(f"{one.name}: {type(one.options)} are not a connector's options")
    context = ConnectorContext(
        name=one.name,
        base=places.base,
        clock=shared.machine,
        randomness=shared.randomness,
        install=shared.store.install,
        owner_email=settings.users[one.user].email or one.user,
        zone=one.zone,
        owner=owner,
        secret=lambda name: _secret(one, name, places),
        budgets=budgets,
        http=lambda private, trust: Http(
            shared.machine,
            allow_private=private,
            room=shared.room,
            trust=trust,
            answered=partial(shared.meters.answered, _keeper(one)) if shared.meters else None,
        ),
        read=read,
        write=write,
        run=shared.run,
        grants=StoredGrant(shared.store, shared.clock, shared.randomness, one.through or one.name),
        horizon=settings.sync.horizon,
    )
    witness = None
    if shared.guard and shared.expiries:
        expired = partial(shared.expiries.note, one.name, one.user_id, one.kind)
        witness = CallWitness(shared.guard, one.name, one.user_id, expired)
    return Source(
        name=one.name,
        kind=one.kind,
        user=one.user_id,
        zone=one.zone,
        read=read,
        write=write,
        every=one.interval,
        capabilities=kind_of(one.kind).capabilities,
        push=bool(getattr(one.options, "push", False)),
        connector=EdgedConnector(one.name, partial(connect, one.kind, one.options, context), witness, masked),
    )


def _keeper(one: ConnectorSettings) -> str:
    """Say who keeps a connector's calendars; by its kind where it is nobody that is known."""
    known = provider_of(one)
    return one.kind if known is None else known.value


def _secret(one: ConnectorSettings, name: str, places: SecretPlaces) -> str:
    found = resolve_secret(one.options, name, places)
    if found is None:
        raise InputError(f"connector {one.name} has no {name}", f"Give {name}_file, for instance")
    SECRETS.add(found)
    return found
