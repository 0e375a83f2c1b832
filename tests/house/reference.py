"""The pages of `docs/reference/`, made from the code.

`python -m tests.house.reference` writes them anew.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from config.schema import json_schema
from connectors.registry import options_types
from daemon.cli import app
from daemon.http.application import described_routes
from daemon.runtime.events import level_of
from daemon.sync.connector_event import FREED, SET_ASIDE
from engine.booking.session_events import SessionEvent
from engine.model.booking import AuditEntry
from engine.operations.metrics import METRICS
from tests.house.manual import EXIT_CODES, man_page, manuals
from tests.house.typescript import typescript

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
PRODUCT = ("daemon", "connectors", "engine", "store", "config")
MADE = "Made from the code by `python -m tests.house.reference`, and held true by a test.\n"
KEYS = """`gatherly config show` prints what holds and where it comes from, `gatherly config schema` all
of this for editors. An example of each key: [gatherly.example.toml](../../config/gatherly.example.toml).
"""
COLUMNS = "| key | unless set | is |\n|---|---|---|\n"
LEVELS = frozenset({"debug", "info", "warning", "error"})
LOGGERS = frozenset({"_LOG", "_log", "log"})
LASTING = frozenset({"broke", "mended"})
EVENT = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*\Z")


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _schemas(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the documents of an OpenAPI description as one JSON Schema (2020-12) of definitions."""
    text = json.dumps(document["components"]["schemas"]).replace("#/components/schemas/", "#/$defs/")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": json.loads(text)}


def _index() -> str:
    rows = {
        "commands.md": "every command and option",
        "configuration.md": "every key of `gatherly.toml`",
        "exit-codes.md": "what a command's exit code means",
        "log-events.md": "what the daemon writes to its log",
        "metrics.md": "what `/metrics` tells Prometheus",
        "schemas.json": "the documents of the HTTP interface as JSON Schemas",
        "schema.ts": "the same as TypeScript types",
        "gatherly.1": "the manual page: `man -l docs/reference/gatherly.1`",
    }
    table = "".join(f"| [{name}]({name}) | {about} |\n" for name, about in rows.items())
    return f"# Reference\n\n{MADE}\n| page | holds |\n|---|---|\n{table}"


def _commands() -> str:
    text = f"# Every command\n\n{MADE}"
    for one in manuals(app()):
        rows = "".join(f"| `{_cell(name)}` | {_cell(about)} |\n" for name, about in one.parameters)
        text += f"\n## gatherly {one.words}\n\n{one.summary}\n\n```text\n{one.usage}\n```\n"
        text += f"\n| parameter | is |\n|---|---|\n{rows}" if rows else ""
    return text


def _exit_codes() -> str:
    rows = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    return f"# Exit codes\n\n{MADE}\n| code | means |\n|---|---|\n{rows}"


def _configuration() -> str:
    schema = json_schema(options_types())
    said = _docstrings()
    text = f"# Every key of gatherly.toml\n\n{MADE}"
    text += KEYS
    sections = schema["properties"]
    tables = {
        f"[{name}]": one
        for name, one in sections.items()
        if "additionalProperties" not in one or not one["additionalProperties"]
    }
    tables["[users.NAME]"] = sections["users"]["additionalProperties"]
    for branch in sections["connectors"]["additionalProperties"]["oneOf"]:
        tables[f'[connectors.NAME], kind = "{branch["title"]}"'] = branch
    for heading, one in tables.items():
        text += f"\n## {heading}\n\n{_first(one.get('description', ''))}\n\n{COLUMNS}"
        for key, value in one["properties"].items():
            told = (
                value.get("description")
                or said.get((one.get("title", ""), key))
                or said.get(("ConnectorKeys", key), "")
            )
            text += f"| `{key}` | {_default(key, value, one)} | {_cell(' '.join(told.split()))} |\n"
    return text


def _default(key: str, value: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    if key in table.get("required", ()):
        return "required"
    default = value.get("default")
    return "" if default is None else f"`{_cell(json.dumps(default, ensure_ascii=False))}`"


def _docstrings() -> dict[tuple[str, str], str]:
    """Give what stands below the fields of the settings' classes."""
    found = {}
    trees = [ast.parse(file.read_text()) for file in sorted((ROOT / "config").glob("*.py"))]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ClassDef):
            for field, below in zip(node.body, node.body[1:], strict=False):
                if not isinstance(field, ast.AnnAssign) or not isinstance(below, ast.Expr):
                    continue
                if isinstance(field.target, ast.Name) and isinstance(below.value, ast.Constant):
                    found[node.name, field.target.id] = str(below.value.value)
    return found


def _metrics() -> str:
    rows = "".join(
        f"| `{one.name}` | {one.shape.value} | {', '.join(one.labels)} | {_cell(one.about)} |\n"
        for one in METRICS
    )
    about = "Each stands at `/metrics` from the start; the [runbook](../how-to/runbook.md) says what to do.\n"
    head = f"# What is measured\n\n{MADE}\n{about}\n| metric | is a | labels | tells |\n|---|---|---|---|\n"
    return f"{head}{rows}"


def _log_events() -> str:
    found: dict[str, dict[str, set[str]]] = {}
    for event, level, ids in _events():
        known = found.setdefault(event, {"levels": set(), "ids": set()})
        known["levels"].add(level)
        known["ids"] |= ids
    rows = "".join(
        f"| `{event}` | {', '.join(sorted(one['levels']))} | {', '.join(sorted(one['ids']))} |\n"
        for event, one in sorted(found.items())
    )
    about = "Each record has its event, level and time; these are the events, and what else they tell.\n"
    return f"# What the log says\n\n{MADE}{about}\n| event | level | tells |\n|---|---|---|\n{rows}"


def _events() -> Iterator[tuple[str, str, set[str]]]:
    files = sorted(file for room in PRODUCT for file in (ROOT / room).rglob("*.py"))
    trees = [ast.parse(file.read_text()) for file in files]
    everywhere = {
        name: value for tree in trees for name, value in _constants(tree).items() if EVENT.match(value)
    }
    for of_session in SessionEvent:
        yield of_session.value, level_of(_entry(of_session)), {"session", "user"}
    yield "connector.state", "info", {"connector", "state"}
    yield SET_ASIDE, "warning", {"calendar", "connector", "count", "events"}
    yield FREED, "info", {"calendar", "connector", "count", "events"}
    for tree in trees:
        named = everywhere | _constants(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            logs = node.func.attr in LEVELS and _name(node.func.value) in LOGGERS
            if not logs and node.func.attr not in LASTING:
                continue
            first = node.args[0]
            event = first.value if isinstance(first, ast.Constant) else named.get(_name(first), "")
            if isinstance(event, str) and (logs or EVENT.match(event)) and event:
                keys = {each.arg for each in node.keywords if each.arg}
                level = node.func.attr if logs else "error"
                yield event, level, keys - {"exc_info", "raised", "quiet", "calm", "level"}


def _entry(event: SessionEvent) -> AuditEntry:
    return AuditEntry(at=0, actor="", action=event.value, object_type="session", object_id="")


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _first(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES: Mapping[str, Callable[[], str]] = {
    "README.md": _index,
    "commands.md": _commands,
    "configuration.md": _configuration,
    "exit-codes.md": _exit_codes,
    "log-events.md": _log_events,
    "metrics.md": _metrics,
    "gatherly.1": lambda: man_page(app(), "0.1"),
    "schemas.json": lambda: _json(_schemas(described_routes().openapi())),
    "schema.ts": lambda: typescript(described_routes().openapi()),
}
"""How each is written, by its name: names are asked for at every start of pytest, pages by their tests."""

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())
