"""An evaluation for people: a table of policies, and what is refused with why."""

from typing import Any

from daemon.terminal.table import table
from engine.learning.evaluation import Estimate, Evaluation
from engine.time.instant import format_instant

OFF = ", learning is off for them"


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


def status_words(document: dict[str, Any]) -> str:
    """Tell how learning stands."""
    if not document["enabled"]:
        head = "Learning is off ([learning] enabled = false): times are ranked by fixed weights."
    elif document["fitted"] is None:
        head = "Nothing is learned yet; times are ranked by fixed weights."
    else:
        head = f"Fitted {document['fitted']} to {document['sessions']} sessions; next {document['next']}."
    silent = set(document["silent"])
    people = [
        [user, f"{one['policy']}{OFF if user in silent else ''}", str(one["samples"])]
        for user, one in document["people"].items()
    ]
    bins = [
        [
            f"{one['from']:.1f} to {one['to']:.1f}",
            str(one["shown"]),
            f"{one['predicted']:.2f}",
            f"{one['taken']:.2f}",
        ]
        for one in document["calibration"]
        if one["shown"]
    ]
    parts = [head, table(["person", "ranked by", "shown"], people)]
    if bins:
        if document["fitted"] is not None:
            parts.append("How true the confidence was, as of that fit:")
        parts.append(table(["confidence", "shown", "said", "taken"], bins))
    return "\n\n".join(part for part in parts if part)
