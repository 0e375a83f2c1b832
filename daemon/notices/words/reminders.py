"""What is told shortly before something begins."""

from daemon.notices.content import Button, Content
from daemon.notices.words.notice import Telling, why_told
from engine.model.notices import LinkVerb


def reminder(telling: Telling) -> Content:
    """Remind of what is about to begin."""
    start = telling.at("start") or telling.reader.now
    minutes = max(0, start - telling.reader.now) // 60
    out = telling.links.get(LinkVerb.CANNOT, "")
    return Content(
        kind=telling.kind,
        subject=f"{_ahead(minutes)}: {telling.title}, {telling.reader.when(start)}",
        heading=f"{telling.title} begins {telling.reader.when(start)}",
        lead=(f"With {telling.people()}.",),
        facts=(("Where", telling.place),) if telling.place else (),
        buttons=(Button("I cannot come", out),) if out else (),
        closing=(why_told(telling),),
    )


def _ahead(minutes: int) -> str:
    if minutes >= 2 * 1440:
        return f"In {minutes // 1440} days"
    if minutes >= 1440:
        return "Tomorrow"
    if minutes >= 120:
        return f"In {minutes // 60} hours"
    return f"In {minutes} minutes" if minutes > 1 else "Now"
