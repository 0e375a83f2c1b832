"""An evaluation for people: a table of policies, and what is refused with why."""

from daemon.terminal.table import table
from engine.learning.evaluation import Estimate, Evaluation
from engine.time.instant import format_instant


def report_words(found: Evaluation) -> str:
    """Tell what each policy would have come to."""
    if found.begin is None or found.end is None or found.acceptance is None:
        return "No session of this log was answered; there is nothing to evaluate."
    head = (
        f"{found.sessions} answered sessions, "
        f"{format_instant(found.begin)} to {format_instant(found.end)}; "
        f"something was taken in {found.acceptance:.1%}."
    )
    rows = [_row(one) for one in found.policies]
    return f"{head}\n\n{table(['policy', 'taken', '95 %', 'DR', 'sample', ''], rows)}"


def _row(one: Estimate) -> list[str]:
    sample = f"{one.ess:.0f}"
    if one.snips is None or one.low is None or one.high is None or one.dr is None:
        return [one.name, "–", "–", "–", sample, one.refused or ""]
    return [one.name, f"{one.snips:.3f}", f"{one.low:.3f} to {one.high:.3f}", f"{one.dr:.3f}", sample, ""]
