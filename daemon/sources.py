"""Configured connectors made ready: each with what it needs of the world."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

from config.configuration import Configuration
from config.secrets import SecretPlaces, resolve_secret
from config.settings import ConnectorSettings, Settings, UserSettings
from connectors.context import ConnectorContext
from connectors.edge import EdgedConnector
from connectors.isolation import Runner
from connectors.options import ConnectorOptions
from connectors.owner import OwnerAddresses
from connectors.registry import connect
from connectors.room import Room
from daemon.budgets import StoredBudgets
from daemon.grants import StoredGrant
from daemon.jobs.expiry import Expiries
from daemon.jobs.guard import Guard
from daemon.jobs.pull import Source
from daemon.secrecy import SECRETS, masked
from daemon.witness import CallWitness
from engine.errors import InputError
from engine.ids import ConnectorName, RemoteCalendarId
from engine.ports import Budgets, Clock, Randomness, Store


@dataclass(frozen=True, slots=True)
class Means:
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


def sources_of(
    configuration: Configuration, means: Means, only: Collection[ConnectorName] | None = None
) -> dict[ConnectorName, Source]:
    """Make every configured connector, or `only` some; those to one account share its budget of requests."""
    places = SecretPlaces.of(configuration.file, os.environ)
    budgets = StoredBudgets(means.store, means.clock)
    settings = configuration.settings
    owners = {name: OwnerAddresses(_addresses(name, user)) for name, user in settings.users.items()}
    return {
        one.name: _source(one, settings, places, means, budgets, owners[one.user])
        for one in settings.connectors.values()
        if only is None or one.name in only
    }


def _addresses(name: str, user: UserSettings) -> Iterator[str]:
    yield user.email or name
    yield from user.addresses


def _source(
    one: ConnectorSettings,
    settings: Settings,
    places: SecretPlaces,
    means: Means,
    budgets: Budgets,
    owner: OwnerAddresses,
) -> Source:
    from connectors.http import Http

    read = None if one.read is None else tuple(RemoteCalendarId(name) for name in one.read)
    write = None if one.write is None else RemoteCalendarId(one.write)
    if not isinstance(one.options, ConnectorOptions):
        raise TypeError(f"{one.name}: {type(one.options)} are not a connector's options")
    context = ConnectorContext(
        name=one.name,
        base=places.base,
        clock=means.machine,
        randomness=means.randomness,
        install=means.store.install,
        owner_email=settings.users[one.user].email or one.user,
        zone=one.zone,
        owner=owner,
        secret=lambda name: _secret(one, name, places),
        budgets=budgets,
        http=lambda private: Http(means.machine, allow_private=private, room=means.room),
        read=read,
        write=write,
        run=means.run,
        grants=StoredGrant(means.store, means.clock, means.randomness, one.name),
        horizon=settings.sync.horizon,
    )
    witness = None
    if means.guard and means.expiries:
        expired = partial(means.expiries.note, one.name, one.user_id, one.kind)
        witness = CallWitness(means.guard, one.name, one.user_id, expired)
    return Source(
        name=one.name,
        kind=one.kind,
        user=one.user_id,
        zone=one.zone,
        read=read,
        write=write,
        every=one.interval,
        connector=EdgedConnector(one.name, connect(one.kind, one.options, context), witness, masked),
    )


def _secret(one: ConnectorSettings, name: str, places: SecretPlaces) -> str:
    found = resolve_secret(one.options, name, places)
    if found is None:
        raise InputError(f"connector {one.name} has no {name}", f"Give {name}_file, for instance")
    SECRETS.add(found)
    return found
