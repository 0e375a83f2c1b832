"""The picture of a log's evaluation: from a file, of an installation, and on the page."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from daemon.commands.learning import learn
from daemon.pages.policies_svg import policies_svg, told
from engine.documents.evaluations import evaluation_document
from engine.documents.scheduling_events import logged_document
from engine.learning.evaluation import evaluate
from engine.learning.lessons import Logged
from engine.time.instant import format_instant
from tests.engine.learning.test_evaluation import drawn
from tests.worlds.command_line import printed

SVG = "{http://www.w3.org/2000/svg}"


def line(logged: Logged, number: int) -> dict[str, Any]:
    """Write a line of a log that tells with which probability it showed."""
    candidates = [format_instant(one) for one in logged.shown.candidates]
    shown = {"policy": "lab", "propensity": logged.shown.propensity, "candidates": candidates}
    return {**logged_document(logged, number), "shown": shown}


def test_the_report_is_drawn_with_what_is_sure_and_what_is_refused(tmp_path: Path) -> None:
    log = "\n".join(json.dumps(line(one, number)) for number, one in enumerate(drawn(500)))
    file = tmp_path / "report.svg"
    code, out = printed(lambda: learn.report(as_json=True, svg=file), log.encode())
    assert code == 0
    document = json.loads(out)
    drawing = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 # we have written it
    words = [text.text or "" for text in drawing.iter(f"{SVG}text")]
    names = [one["name"] for one in document["policies"]]
    assert [one for one in words if one in names] == names
    known = [one for one in document["policies"] if one["snips"] is not None]
    dots = [float(dot.get("cx", "")) for dot in drawing.iter(f"{SVG}circle")]
    assert len(dots) == len(known)
    order = sorted(range(len(known)), key=lambda place: known[place]["snips"])
    assert [dots[place] for place in order] == sorted(dots)
    assert drawing.get("aria-label") == told(document)
    assert "would come to 100 % (100 % to 100 %)" in told(document).replace("\N{NO-BREAK SPACE}", " ")


def test_what_claims_nothing_is_drawn_as_such() -> None:
    short, empty = (evaluation_document(evaluate(log, {})) for log in (drawn(60), []))
    assert "circle" not in policies_svg(short)
    assert "not told: the log says as much of it as" in policies_svg(short)
    assert "tells too little" in told(short)
    assert told(empty) == "No session was answered yet, so there is nothing to compare."
    ElementTree.fromstring(policies_svg(empty))  # noqa: S314 # we have written it
