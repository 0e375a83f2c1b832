"""A world in which one person's every port can be made to raise what nobody has ever listed."""

import importlib
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_type_hints

from connectors.edge import EdgedConnector
from connectors.sandbox.task import run_here
from daemon import wire
from daemon.runtime.guard import Guard
from daemon.runtime.jumps import Jumps
from daemon.services import Services
from daemon.store_access import load_configuration, stored
from daemon.sync.expiry import Expiries
from daemon.sync.sources import SharedResources
from engine import ports
from engine.ids import SessionId
from engine.ports.connector import Connector
from engine.ports.store import Transaction
from engine.ports.vault import Vault
from engine.time.instant import parse_instant
from store.retries import Retries
from store.sql.store import SqlStore
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

POISON = "poison"
WELL = "well"
START = "2026-11-16T08:00:00Z"


class UnheardOfError(BaseException):
    """No class that any code has ever seen; some libraries' panics are no `Exception` either."""

    def __str__(self) -> str:
        raise RuntimeError("not even its words can be had")


@dataclass
class Fault:
    """What raises: a method of a port, called about the poisoned person; or each of them, the first time."""

    method: str | None = None
    each_once: bool = False
    raises: Callable[[], BaseException] = UnheardOfError
    fired: int = 0
    reached: set[str] = field(default_factory=set)
    quiet: bool = False

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Let nothing go wrong, nor count, while somebody looks."""
        self.quiet = True
        yield
        self.quiet = False

    def meets(self, method: str, about: str) -> None:
        if self.quiet or POISON not in about:
            return
        fresh = method not in self.reached
        self.reached.add(method)
        if method == self.method or (self.each_once and fresh):
            self.fired += 1
            raise self.raises()


class Faulty:
    """Anything behind a port: each call may meet the fault first."""

    def __init__(self, inner: Any, port: type, fault: Fault, always: str = "") -> None:
        self._inner = inner
        self._port = port
        self._fault = fault
        self._always = always

    def __getattr__(self, name: str) -> Any:
        part = _port_of(self._port, name)
        if part is not None:
            return Faulty(getattr(self._inner, name), part, self._fault)
        if isinstance(getattr(type(self._inner), name, None), property):
            self._fault.meets(f"{self._port.__name__}.{name}", self._always)
            return getattr(self._inner, name)
        if not callable(getattr(self._inner, name)):
            return getattr(self._inner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fault.meets(f"{self._port.__name__}.{name}", f"{self._always}{args!r}{kwargs!r}")
            return getattr(self._inner, name)(*args, **kwargs)

        return call


def _port_names() -> dict[str, Any]:
    """Give what ports name one another by, also where they import it for their readers alone."""
    return {name: one for module in (ports, *_rooms()) for name, one in vars(module).items()}


def _port_of(port: type, name: str) -> type | None:
    """Give the port that a property of a port leads to: `Transaction.sessions`, `Repositories.grants`."""
    found = getattr(port, name, None)
    if not isinstance(found, property) or found.fget is None:
        return None
    told = get_type_hints(found.fget, localns=_port_names()).get("return")
    return told if isinstance(told, type) and getattr(told, "_is_protocol", False) else None


class FaultyStore(SqlStore):
    """A store whose transactions are faulty."""

    def __init__(self, inner: SqlStore, fault: Fault) -> None:
        vault: Any = FaultyVault(inner._vault, fault)
        super().__init__(inner._database, vault, inner.install)
        self._fault = fault

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with super().reading() as tx:
            yield Faulty(tx, Transaction, self._fault)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with super().writing() as tx:
            yield Faulty(tx, Transaction, self._fault)


class FaultyVault:
    """A vault that seals and opens for one person only with trouble."""

    def __init__(self, inner: Any, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def over(self, keys: Any) -> Any:
        return Faulty(self._inner.over(keys), Vault, self._fault)


class Poisoned:
    """Ids that name whom they are for."""

    def __init__(self) -> None:
        self.word = WELL
        self._count = 0

    def token(self) -> str:
        self._count += 1
        return f"{self.word}-{self._count}"

    def fraction(self) -> float:
        return 0.5


@dataclass
class Town:
    """Two pairs of people; each has something to be proposed, to be booked, to be told and to expire."""

    root: Path
    clock: StillClock = field(default_factory=lambda: StillClock(parse_instant(START)))
    sessions: dict[str, SessionId] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.root / "gatherly.toml"

    @classmethod
    def built(cls, root: Path) -> "Town":
        """Build it, so that one pass has something of everything to do."""
        names = (POISON, f"{POISON}ed", WELL, f"{WELL}ed")
        world = FolderWorld(root, [Somebody(name=each) for each in names], START)
        world.clock.at = parse_instant(START)
        randomness = Poisoned()
        town = cls(root)
        with wire.open_daemon(town.file, clock=world.clock, randomness=randomness) as services:
            world._standing = services
            for word in (POISON, WELL):
                randomness.word = word
                town.sessions[f"{word} expires"] = world.create(word, f"{word}ed", title="Old", within="1d")
                town.sessions[f"{word} books"] = world.create(word, f"{word}ed", title="Book")
                town.sessions[f"{word} goes"] = world.create(word, f"{word}ed", title="Gone")
            world.run_once()
            for word in (POISON, WELL):
                randomness.word = word
                services.desk.accept(town.sessions[f"{word} goes"], 3)
            world.run_once()
            world.clock.at += 60
            for word in (POISON, WELL):
                randomness.word = word
                services.desk.accept(town.sessions[f"{word} books"], 2)
                services.desk.cancel(town.sessions[f"{word} goes"])
                world.busy(word, ("2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z"))
                town.sessions[f"{word} looks"] = world.create(word, f"{word}ed", title="Look")
                with services.store.writing() as tx:
                    old = tx.sessions.get(town.sessions[f"{word} expires"])
                    assert old is not None
                    tx.sessions.put(replace(old, expires_at=world.clock.at - 1))
        town.clock.at = world.clock.at + 7200
        return town

    def copy(self, root: Path) -> "Town":
        """Give another one just like it."""
        shutil.copytree(self.root, root)
        return Town(root, StillClock(self.clock.at), dict(self.sessions))

    @contextmanager
    def services(self, fault: Fault) -> Iterator[Services]:
        """Wire everything as the daemon does, with the poisoned person's ports faulty."""
        configuration = load_configuration(self.file)
        with stored(configuration, self.clock, Retries(wait=self.clock.wait)) as store:
            assert isinstance(store, SqlStore)
            faulty = FaultyStore(store, fault)
            guard = Guard(faulty, self.clock)
            expiries = Expiries(faulty, self.clock)
            means = SharedResources(faulty, self.clock, self.clock, Poisoned(), run_here, guard, expiries)
            wired = wire.Wired(self.file, faulty, means, guard, Jumps(faulty, print), alone=True)
            services = wired.services(configuration)
            for source in services.sources.values():
                edged = source.connector
                if POISON in source.name and isinstance(edged, EdgedConnector):
                    edged.inner = Faulty(edged.inner, Connector, fault, POISON)
            yield services


def port_methods() -> dict[str, type]:
    """Find every port, and its public methods and properties that lead to no other port."""
    found: dict[str, type] = {}
    for module in (ports, *_rooms()):
        for one in vars(module).values():
            if (
                isinstance(one, type)
                and getattr(one, "_is_protocol", False)
                and one.__module__.startswith("engine")
            ):
                for name in dir(one):
                    if not name.startswith("_") and _port_of(one, name) is None:
                        found[f"{one.__name__}.{name}"] = one
    return found


def _rooms() -> list[Any]:
    names = (each.name for each in pkgutil.iter_modules(ports.__path__, "engine.ports."))
    return [importlib.import_module(name) for name in names]
