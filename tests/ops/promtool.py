"""Alert rules tried by Prometheus's own tool: series in, and whether an alert fires at a minute."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.standins.required import program

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "ops" / "alerts.yml"
Series = Mapping[str, Sequence[float | None]]
"""A value a minute by series; None where nothing was scraped."""


AT = 'instance="here", job="gatherly"'
"""What every series is scraped at; each trial is given an instance of its own."""


@dataclass(frozen=True, slots=True)
class Trial:
    """An alert, the series it is tried on, and at which minutes it fires and does not."""

    alert: str
    series: Series
    fires: Sequence[int]
    quiet: Sequence[int]


def tried(trials: Sequence[Trial], folder: Path) -> str:
    """Run them side by side; gives what the tool says, which ends with 0 where all is as expected."""
    series: dict[str, str] = {}
    looks = []
    for number, trial in enumerate(trials):
        instance = f'instance="{number}"'
        for name, values in trial.series.items():
            written = " ".join("_" if one is None else repr(one) for one in values)
            series[name.replace('instance="here"', instance)] = written
        asked = f'count(ALERTS{{alertname="{trial.alert}", alertstate="firing", {instance}}}) > bool 0'
        told = [{"labels": "{}", "value": 1}]
        looks += [_look(asked, minute, told) for minute in trial.fires]
        looks += [_look(asked, minute, []) for minute in trial.quiet]
    document = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": looks,
            }
        ],
    }
    file = folder / "trials.yml"
    file.write_text(json.dumps(document))  # JSON is YAML
    return said("test", "rules", str(file))


def _look(asked: str, minute: int, told: list[dict[str, Any]]) -> dict[str, Any]:
    return {"expr": asked, "eval_time": f"{minute}m", "exp_samples": told}


def said(*words: str) -> str:
    """Run promtool; gives everything it says."""
    tool = program("promtool", component="prometheus", package="prometheus")
    done = subprocess.run([tool, *words], capture_output=True, text=True, timeout=120, check=False)
    return f"{done.stdout}{done.stderr}\nexit {done.returncode}"
