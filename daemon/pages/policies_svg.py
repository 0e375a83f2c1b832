"""What each way of ranking would have come to, as a picture: a share, and how sure it is."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from daemon.pages.charts import chart
from daemon.pages.grid_svg import written
from daemon.pages.style import chart_style
from daemon.pages.viewer import percent
from daemon.terminal.times import counted

_LEFT, _RIGHT, _ROW, _HEAD = 104, 20, 34, 40
WIDTH = 560
_STEPS = (0, 25, 50, 75, 100)


def policies_svg(evaluation: Mapping[str, Any]) -> str:
    """Draw the policies of an evaluation (`engine/documents/evaluations.py`), for a page with its style."""
    return written(_drawing(evaluation))


def policies_picture(evaluation: Mapping[str, Any]) -> str:
    """Draw the same as a file of its own."""
    svg = _drawing(evaluation)
    svg.set("xmlns", "http://www.w3.org/2000/svg")
    svg.set("width", str(WIDTH))
    svg.set("height", svg.get("viewBox", "").split()[-1])
    style = Element("style")
    style.text = chart_style()
    svg.insert(0, style)
    svg.insert(1, Element("rect", {"class": "paper", "width": "100%", "height": "100%"}))
    return written(svg) + "\n"


def told(evaluation: Mapping[str, Any]) -> str:
    """Say what the picture says, in a sentence."""
    if evaluation["acceptance"] is None:
        return "No session was answered yet, so there is nothing to compare."
    known = [one for one in evaluation["policies"] if one["snips"] is not None]
    better = [one for one in known if one["low"] > evaluation["acceptance"]]
    of = counted(evaluation["sessions"], "session")
    first = f"Something was taken in {percent(evaluation['acceptance'])} of {of}"
    if not known:
        return f"{first}; the log tells too little of any ranking."
    if not better:
        return f"{first}; by this log no other ranking is surely better."
    best = max(better, key=lambda one: float(one["low"]))
    sure = f"{percent(best['low'])} to {percent(best['high'])}"
    return f"{first}; '{best['name']}' would come to {percent(best['snips'])} ({sure})."


def _drawing(evaluation: Mapping[str, Any]) -> Element:
    rows = evaluation["policies"]
    height = _HEAD + _ROW * max(1, len(rows)) + 12
    svg = chart(f"0 0 {WIDTH} {height}", told(evaluation))
    for step in _STEPS:
        x = _x(step / 100)
        SubElement(svg, "line", {"class": "axis", "x1": x, "x2": x, "y1": "26", "y2": str(height - 8)})
        _words(svg, percent(step / 100), "middle", x, 16)
    if evaluation["acceptance"] is not None:
        x = _x(evaluation["acceptance"])
        SubElement(svg, "line", {"class": "median", "x1": x, "x2": x, "y1": "26", "y2": str(height - 8)})
    for place, one in enumerate(rows):
        _policy(svg, one, _HEAD + _ROW * place + _ROW // 2)
    return svg


def _policy(svg: Element, one: Mapping[str, Any], y: int) -> None:
    _words(svg, str(one["name"])[:16], "value", "8", y + 4)
    if one["snips"] is None:
        _words(svg, f"not told: {one['refused']}"[:78], "over", str(_LEFT), y + 4)
        return
    low, high = _x(one["low"]), _x(one["high"])
    SubElement(svg, "line", {"class": "curve", "x1": low, "x2": high, "y1": str(y), "y2": str(y)})
    SubElement(svg, "circle", {"class": "dot", "cx": _x(one["snips"]), "cy": str(y), "r": "6"})


def _x(share: float) -> str:
    return f"{_LEFT + min(max(share, 0.0), 1.0) * (WIDTH - _LEFT - _RIGHT):.4g}"


def _words(svg: Element, words: str, look: str, x: str, y: int) -> None:
    SubElement(svg, "text", {**({"class": look} if look else {}), "x": x, "y": str(y)}).text = words
