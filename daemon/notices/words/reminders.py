"""What is told shortly before something begins."""

from daemon.notices.content import Button, Content
from daemon.notices.words.notice import Telling, time_of, why_told
from engine.model.notices import LinkVerb


def reminder(telling: Telling) -> Content:
    """Remind of what is about to begin."""
    start = telling.at("start") or telling.reader.now
    minutes = max(0, start - telling.reader.now) // 60
    people, when = telling.people(), time_of(telling)
    facts = [("When", f"{when} ({telling.reader.place})" if when else ""), ("Where", telling.place)]
    out = telling.links.get(LinkVerb.CANNOT, "")
    return Content(
        kind=telling.kind,
        subject=f"{_ahead(minutes)}: {telling.title}, {telling.reader.when(start)}",
        heading=f"{telling.title} begins {telling.reader.when(start)}",
        lead=(f"With {people}.",) if people else (),
        facts=tuple((name, value) for name, value in facts if value),
        buttons=(Button("I cannot come", out, aside=True),) if out else (),
        closing=(
            "You need do nothing, if you can come." if out else "You need do nothing.",
            why_told(telling),
        ),
    )


def _ahead(minutes: int) -> str:
    if minutes >= 2 * 1440:
        return f"In {minutes // 1440} days"
    if minutes >= 1440:
        return "Tomorrow"
    if minutes >= 120:
        return f"In {minutes // 60} hours"
    return f"In {minutes} minutes" if minutes > 1 else "Now"
