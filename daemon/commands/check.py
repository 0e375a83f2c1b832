"""`gatherly check`: is the configuration right, and does each connector work?"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from config.configuration import Configuration
from config.secrets import SecretPlaces, exposed_files, is_exposed
from daemon.app_documents.sync import LIVE, DocumentSync
from daemon.store_access import load_configuration
from daemon.sync.source import Source
from daemon.terminal.parameters import Config, Json
from daemon.wire import open_daemon
from engine.ports.connector import Probe
from engine.text.mail_address import is_address
from engine.text.plain_text import one_line

LARGEST_SKEW = 60
"""Seconds by which a provider's clock may differ before tokens and windows suffer."""


def run(
    config: Config,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the providers.")] = False,
    as_json: Json = False,
) -> int:
    """Print what was found; exit 1 when a connector does not work.

    Raises:
        ConfigurationError: the configuration is wrong.
    """
    configuration = load_configuration(config)
    rows: list[dict[str, Any]] = []
    disabled = configuration.disabled
    people = _people(configuration)
    left_out = [str(problem) for problem in configuration.problems]
    if not offline:
        with open_daemon(config, lock=False) as services:
            disabled = services.configuration.disabled
            rows += [_row(source, source.connector.probe()) for source in services.sources.values()]
            rows += _apps(services.app_documents, configuration.settings.firestore.credentials_file)
    rows = [*(_disabled(one.name, one.reason) for one in disabled), *rows]
    for row in rows:
        row["notes"] += _exposed(configuration, row["name"])
    ok = not left_out and not people and not any(row["problems"] for row in rows)
    if as_json:
        found = {"ok": ok, "problems": [*left_out, *people], "connectors": rows}
        print(json.dumps(found, indent=2))
    else:
        print("\n".join((_words(configuration, rows, offline), *people)))
    return 0 if ok else 1


def _people(configuration: Configuration) -> list[str]:
    """Name everybody for whom no copy and no mail can be written, since their address is none."""
    addresses = {name: user.email or name for name, user in configuration.settings.users.items()}
    return [
        f"[users.{name}]: {one_line(address)!r} is not an address. Give them an email"
        for name, address in addresses.items()
        if not is_address(address)
    ]


def _exposed(configuration: Configuration, name: str) -> list[str]:
    """Tell which files with a connector's secrets can be read by more than their owner."""
    connector = configuration.settings.connectors.get(name)
    places = SecretPlaces.of(configuration.file, {})
    files = exposed_files(connector.options, places) if connector else []
    return [_readable(file) for file in files]


def _readable(file: Path) -> str:
    return f"{file} can be read by others. Run: chmod 600 {file}"


def _disabled(name: str, reason: str) -> dict[str, Any]:
    return {"name": name, "state": "disabled", "notes": [], "problems": [reason]}


def _apps(live: DocumentSync | None, key: Path | None) -> list[dict[str, Any]]:
    """Tell whether what apps share can be reached; nothing where there are none."""
    if live is None:
        return []
    problem = live.probe()
    problems = [] if problem is None else [problem]
    notes = [_readable(key)] if key is not None and is_exposed(key) else []
    return [{"name": LIVE, "state": "error" if problems else "ok", "notes": notes, "problems": problems}]


def _row(source: Source, probe: Probe) -> dict[str, Any]:
    problems = list(probe.problems)
    if source.write is not None and probe.reachable and probe.authorised and not probe.can_write:
        problems.append(f"{source.write} cannot be written. Choose another calendar, or leave write out")
    if probe.clock_skew is not None and abs(probe.clock_skew) > LARGEST_SKEW:
        problems.append(f"the clocks differ by {probe.clock_skew} s. Set this machine's clock by NTP")
    return {
        "name": source.name,
        "state": "error" if problems else "ok",
        "reachable": probe.reachable,
        "authorised": probe.authorised,
        "canWrite": probe.can_write,
        "clockSkew": probe.clock_skew,
        "notes": list(probe.notes),
        "problems": problems,
    }


def _words(configuration: Configuration, rows: list[dict[str, Any]], offline: bool) -> str:
    counted = (
        f"{len(configuration.settings.users)} users, {len(configuration.settings.connectors)} connectors"
    )
    right = "is right but for what is left out" if configuration.problems else "is right"
    lines = [f"{configuration.file}: the configuration {right} ({counted})"]
    lines += [f"left out: {problem}" for problem in configuration.problems]
    for row in rows:
        lines.append(f"{row['name']}: {row['state']}")
        lines += [f"  {one_line(line)}" for line in (*row["problems"], *row["notes"])]
    return "\n".join(lines if not offline else [*lines, "No provider was asked (--offline)."])
