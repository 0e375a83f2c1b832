"""`gatherly run`: the daemon, or with `--once` one pass of everything that can be done now.

Events of the daemon: `daemon.ready`, `daemon.stopping`, `daemon.stopped`, and `configuration.left_out` and
`connector.disabled` for what a broken drop-in takes out of service.
"""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import structlog
import typer

from daemon import wire
from daemon.cluster.role import Role
from daemon.http.serving import Serving
from daemon.jobs.queueing import queue_of
from daemon.jobs.reloading import Signals, Watch
from daemon.jobs.serve import Daemon
from daemon.jobs.single_pass import run_once
from daemon.notices.sign_in import sign_in_letters
from daemon.runtime.job_runner import AWAY, BACK
from daemon.runtime.life import EVERY, Life
from daemon.runtime.logs import LogFormat, format_of, written_as
from daemon.runtime.scheduler import Ticks
from daemon.runtime.sdnotify import ServiceManager, watchdog_interval
from daemon.runtime.watchdog import Watchdog
from daemon.services import Services
from daemon.store_access import load_configuration, store_url
from daemon.terminal.parameters import Config
from engine.operations.metrics import STORE_SILENT, TICK_LAG
from engine.text.plain_text import one_line
from engine.trouble import Trouble, attempt
from store.open import file_of

_LOG = structlog.get_logger("gatherly")

STORE_AGAIN = 5.0
"""Seconds between two tries to reach a database server that is away when the daemon starts."""
OBJECTS_A_COLLECTION = 20_000
"""The daemon looks for garbage after so many: it lives on, and its memory is to stay flat."""
PATIENCE = 10.0
"""Seconds that work under way may take to end once asked; the ledger resumes what is dropped."""


def run(
    config: Config,
    once: Annotated[bool, typer.Option("--once", help="Do all that can be done now, then end.")] = False,
    role: Annotated[
        Role,
        typer.Option("--role", help="What it does of the work that daemons on one PostgreSQL share."),
    ] = Role.ALL,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="How logs are written; json under systemd, else text."),
    ] = None,
) -> int:
    """Run until told to stop (0), or once (1 when a source failed)."""
    with written_as(format_of(log_format, os.environ)):
        stop = threading.Event()
        signals = Signals(stop)
        if not once:
            gc.set_threshold(OBJECTS_A_COLLECTION)
            signals.listen()
        try:
            ended = _run(config, role, stop, signals, once=once)
        finally:
            signals.listen_no_more()
    if isinstance(ended, int):
        return ended
    _leave()
    return 0


def _run(config: Path, role: Role, stop: threading.Event, signals: Signals, *, once: bool) -> int | None:
    """Give the exit code; None where something is still under way that does not end."""
    with _opened(config, stop, waits=not once) as services:
        if services is None:
            return 0
        for broken in services.configuration.disabled:
            _LOG.warning("connector.disabled", connector=broken.name, error=broken.reason)
        for problem in services.configuration.problems:
            _LOG.warning("configuration.left_out", error=str(problem))
        if once:
            return _once(services)
        return 0 if _serve(services, role, stop, signals) else None


@contextmanager
def _opened(config: Path, stop: threading.Event, *, waits: bool) -> Iterator[Services | None]:
    """Open what the daemon works with; a database server that is away is waited for, if need be for ever.

    Gives None where the daemon is stopped before it is there.
    """
    manager, told = ServiceManager.of(os.environ), False
    with ExitStack() as stack:
        while not stop.is_set():
            opened = attempt(lambda: stack.enter_context(wire.open_daemon(config, stop=stop)))
            if not isinstance(opened, Trouble):
                if told:
                    _LOG.info(BACK)
                yield opened
                return
            if not (waits and opened.is_the_stores and _is_on_a_server(config)):
                raise opened.raised
            if not told:
                _LOG.error(AWAY, error=opened.line)
                told = True
            manager.waiting(f"Waits for the store: {opened.line}", 2 * PATIENCE)
            stop.wait(STORE_AGAIN)
        yield None


def _is_on_a_server(config: Path) -> bool:
    return file_of(store_url(load_configuration(config))) is None


def _report(line: str) -> None:
    print(one_line(line), file=sys.stderr, flush=True)


def _once(services: Services) -> int:
    swept = attempt(services.sweep.run)
    if isinstance(swept, Trouble):
        _report(f"sweep: {swept.line}")
    done = run_once(services, _report)
    pruned = attempt(services.prune)
    if isinstance(pruned, Trouble):
        _report(f"prune: {pruned.line}")
    _report(f"{done.changed} objects changed, {done.writes} copies written or withdrawn")
    return 1 if done.failed or isinstance(swept, Trouble) else 0


def _serve(services: Services, role: Role, stop: threading.Event, signals: Signals) -> bool:
    """Run until told to stop; tell whether all that was under way ended in time."""
    manager = ServiceManager.of(os.environ)
    daemon = Daemon(services, stop, role, queue_of(services))
    life = Life(
        services.store,
        services.clock,
        services.randomness,
        services.configuration.digest,
        services.lasting,
        role,
        services.pull.owner,
    )
    services.access.meters.watch(TICK_LAG, daemon.punctuality.seconds_late)
    services.access.meters.watch(STORE_SILENT, life.seconds_silent)
    attempt(life.beat)
    alive = {"alive": (EVERY, partial(daemon.unheard, life.beat))}
    daemon.start({**_watchdog(services, daemon, manager), **alive})
    serving = Serving(services.access, sign_in_letters)
    if role.does(Role.WEB):
        serving.begin()
        serving.until_tried(PATIENCE)
    manager.ready(f"{len(services.sources)} connectors are kept in step")
    _LOG.info("daemon.ready", connectors=len(services.sources), version=version("gatherly"))
    Watch(daemon, manager, signals, life, lambda after: serving.take(after.access)).until_stopped(services)
    serving.finish()
    manager.stopping("What is under way ends, or is handed back")
    _LOG.info("daemon.stopping")
    ended = daemon.finish(PATIENCE)
    attempt(life.end)
    _LOG.info("daemon.stopped", resumed_later=not ended)
    return ended


def _watchdog(services: Services, daemon: Daemon, manager: ServiceManager) -> Ticks:
    interval = watchdog_interval(os.environ)
    if interval is None:
        return {}
    watchdog = Watchdog(manager, daemon.punctuality.seconds_late, services.store.pulse, services.lasting)
    return {"watchdog": (interval, watchdog.feed)}


def _leave() -> None:
    """End the process although a call still hangs: its intent is on disk, the next start resumes it."""
    sys.stderr.flush()
    sys.stdout.flush()
    os._exit(0)
