"""Each alert fires on what it is for and clears; rules, dashboard, runbook and metrics know one another."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.core import TyperGroup

from daemon.cli import app
from engine.operations.metrics import METRICS, Shape
from tests.ops.promtool import AT, ROOT, RULES, Series, Trial, said, tried

RUNBOOK = ROOT / "docs" / "how-to" / "runbook.md"
DASHBOARD = ROOT / "docs" / "ops" / "dashboard.json"
CALM, BROKEN, MENDED = 20, 90, 60
"""Minutes before, while something is broken, and after."""
FIRES, QUIET = (CALM + BROKEN - 1,), (CALM - 1, CALM + BROKEN + MENDED - 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One alert as its file has it."""

    alert: str
    text: str

    def told(self, key: str) -> str:
        """Give a key's text, on its line or folded below it."""
        found = re.search(rf"^ +{key}: (?:>-\n)?((?:.+\n)(?: {{10}}.+\n)*)", self.text, re.MULTILINE)
        return "" if found is None else " ".join(found[1].split())


def rules() -> list[Rule]:
    _, *blocks = re.split(r"^      - alert: ", RULES.read_text(), flags=re.MULTILINE)
    return [Rule(block.partition("\n")[0], block) for block in blocks]


def step(good: float, bad: float) -> list[float]:
    """Give a value that is bad for a while."""
    return [good] * CALM + [bad] * BROKEN + [good] * MENDED


def rise(good: float, bad: float) -> list[float]:
    """Give a counter that grows by so much a minute while it is good, and while it is bad."""
    values, total = [], 0.0
    for each in step(good, bad):
        total += each
        values.append(total)
    return values


def histogram(name: str, below: str, above: str) -> Series:
    """Give a histogram whose samples lie below a bound, and above it while something is bad."""
    return {
        f'{name}_bucket{{{AT}, le="{below}"}}': rise(10, 0),
        f'{name}_bucket{{{AT}, le="{above}"}}': rise(10, 10),
        f'{name}_bucket{{{AT}, le="+Inf"}}': rise(10, 10),
    }


def slow_writes_among_reads() -> Series:
    """Give a store whose writes come seldom and take long, beside seventy times as many quick reads."""
    name, reads = "gatherly_store_seconds_bucket", f'{AT}, kind="read"'
    quick = {f'{name}{{{reads}, le="{bound}"}}': rise(700, 700) for bound in ("1.0", "5.0", "+Inf")}
    slow = histogram("gatherly_store_seconds", "1.0", "5.0")
    return {**quick, **{one.replace(AT, f'{AT}, kind="write"'): each for one, each in slow.items()}}


def state(name: str) -> Series:
    connectors = f'gatherly_connector_state{{{AT}, kind="ics", state="{name}"}}'
    return {connectors: step(0, 1), connectors.replace(name, "ok"): step(1, 0)}


def gauge(name: str, good: float, bad: float) -> Series:
    return {f"{name}{{{AT}}}": step(good, bad)}


THROTTLED = f'gatherly_throttled_accounts{{{AT}, kind="google"}}'
BROKEN_BY: dict[str, Series] = {
    "GatherlyDown": gauge("up", 1, 0),
    "GatherlyStoreAway": gauge("gatherly_store_up", 1, 0),
    "GatherlyStoreTakesNoWrites": {
        **gauge("gatherly_store_silent_seconds", 20, 600),
        **gauge("gatherly_store_up", 1, 1),
    },
    "GatherlyStoreSlow": slow_writes_among_reads(),
    "GatherlyTicksLate": gauge("gatherly_tick_lag_seconds", 0, 30),
    "GatherlyPermissionEnded": state("expired"),
    "GatherlyConnectorUnreadable": state("error"),
    "GatherlyConnectorStale": state("stale"),
    "GatherlyConnectorDegraded": state("degraded"),
    "GatherlyConnectorSwitchedOff": state("disabled"),
    "GatherlyBookingStuck": gauge("gatherly_writes_stuck", 0, 1),
    "GatherlyBookingsSlow": histogram("gatherly_booking_seconds", "120.0", "300.0"),
    "GatherlyMailHeldUp": gauge("gatherly_outbox_oldest_seconds", 5, 1800),
    "GatherlySetAside": gauge("gatherly_set_aside", 0, 2),
    "GatherlyThrottled": {THROTTLED: step(0, 1)},
    "GatherlyQuotaNearlySpent": gauge("gatherly_quota_share", 0.3, 0.95),
    "GatherlyChildrenEnd": {f"gatherly_child_restarts_total{{{AT}}}": rise(0, 1)},
    "GatherlyConfigurationOld": gauge("gatherly_configuration_current", 1, 0),
}


def test_the_rules_are_what_prometheus_takes() -> None:
    assert f"SUCCESS: {len(rules())} rules found" in said("check", "rules", str(RULES))


def test_each_alert_fires_while_it_is_broken_and_clears_once_it_is_mended(tmp_path: Path) -> None:
    assert sorted(BROKEN_BY) == sorted(one.alert for one in rules())
    trials = [Trial(alert, series, FIRES, QUIET) for alert, series in BROKEN_BY.items()]
    told = tried(trials, tmp_path)
    assert told.endswith("exit 0"), told


NEAR: dict[str, tuple[str, Series]] = {
    "a daemon that begins anew": ("GatherlyDown", {f"up{{{AT}}}": [1.0] * 5 + [0.0] + [1.0] * 10}),
    "a store that is away and therefore silent": (
        "GatherlyStoreTakesNoWrites",
        {**gauge("gatherly_store_silent_seconds", 20, 600), **gauge("gatherly_store_up", 1, 0)},
    ),
    "one read that fails": (
        "GatherlyConnectorUnreadable",
        {f'gatherly_connector_state{{{AT}, kind="ics", state="error"}}': [0.0] * 5 + [1.0] * 6 + [0.0] * 9},
    ),
    "a day's mail that is told at once": (
        "GatherlyMailHeldUp",
        gauge("gatherly_outbox_oldest_seconds", 0, 60),
    ),
    "a burst of refusals within a day of requests": (
        "GatherlyThrottled",
        {THROTTLED: [0.0] * 20 + [1.0] * 12 + [0.0] * 60},
    ),
    "a refusal now and then": ("GatherlyThrottled", {THROTTLED: [0.0, 0.0, 1.0, 0.0, 0.0] * 30}),
    "one hostile calendar": (
        "GatherlyChildrenEnd",
        {f"gatherly_child_restarts_total{{{AT}}}": [0.0] * 10 + [3.0] * 40},
    ),
}


def test_what_passes_by_itself_wakes_nobody(tmp_path: Path) -> None:
    trials = [
        Trial(alert, series, (), range(0, max(map(len, series.values())), 3))
        for alert, series in NEAR.values()
    ]
    told = tried(trials, tmp_path)
    assert told.endswith("exit 0"), told


def test_each_alert_has_its_heading_in_the_runbook_and_leads_there() -> None:
    headings = re.findall(r"^## (\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert headings == [*dict.fromkeys(headings)]
    assert sorted(headings) == sorted(one.alert for one in rules())
    for one in rules():
        assert one.told("runbook") == f"docs/how-to/runbook.md#{one.alert.lower()}"
        assert one.told("summary")
        assert one.told("labels") in ("{severity: critical}", "{severity: warning}")


def measured() -> set[str]:
    names = {one.name for one in METRICS}
    return names | {f"{one.name}_bucket" for one in METRICS if one.shape is Shape.HISTOGRAM}


def test_rules_and_dashboard_ask_only_for_what_is_measured() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = [*panels, *(one.told("expr") for one in rules())]
    assert all(asked)
    named = {name for text in asked for name in re.findall(r"gatherly_\w+", text)}
    assert named <= measured()
    shown = {name.removesuffix("_bucket") for text in panels for name in re.findall(r"gatherly_\w+", text)}
    assert {one.name for one in METRICS} - shown == {"gatherly_configuration_current"}  # an alert is enough
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def commands(table: TyperGroup, before: str = "") -> Iterator[str]:
    for name, command in table.commands.items():
        words = f"{before} {name}".strip()
        if isinstance(command, TyperGroup):
            yield from commands(command, words)
        else:
            yield words


def test_the_runbook_names_only_commands_that_there_are() -> None:
    text = RUNBOOK.read_text()
    told = re.findall(r"^gatherly ([a-z][a-z -]*)|`gatherly ([a-z][a-z -]*)", text, re.MULTILINE)
    known = set(commands(app()))
    for words in {(first or second).strip() for first, second in told}:
        parts = words.split()
        assert parts[0] in known or " ".join(parts[:2]) in known, words
