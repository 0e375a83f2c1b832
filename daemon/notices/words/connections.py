"""What is told of calendars that cannot be read, and are again."""

from daemon.notices.content import Content
from daemon.notices.words.notice import LONGEST_TITLE, Telling, page_buttons
from engine.text.plain_text import one_line


def lost(telling: Telling) -> Content:
    """Tell that a calendar cannot be read."""
    name, why = _connector(telling), one_line(str(telling.details.get("error") or "it does not answer"))
    owner = telling.name(telling.details.get("owner"))
    theirs = "your" if owner == "you" else f"{owner}'s"
    return Content(
        kind=telling.kind,
        subject=f"Connect again: {name}",
        heading=f"{name} cannot be read",
        lead=(
            f"{why[:1].upper()}{why[1:]}{'' if why.endswith('.') else '.'}",
            f"Until it can, {theirs} times are unknown, and nothing is proposed for them.",
        ),
        buttons=page_buttons(telling, "See the connection", f"/people/{telling.details.get('owner')}"),
        closing=("It is tried again by itself; you are told once it works.", _owns(telling)),
    )


def restored(telling: Telling) -> Content:
    """Tell that a calendar is read again."""
    name = _connector(telling)
    return Content(
        kind=telling.kind,
        subject=f"Connected again: {name}",
        heading=f"{name} is read again",
        lead=("Times are proposed again by what it holds.",),
        closing=("You need do nothing.", _owns(telling)),
    )


def _connector(telling: Telling) -> str:
    return one_line(str(telling.details.get("connector")), LONGEST_TITLE)


def _owns(telling: Telling) -> str:
    if telling.details.get("owner") == telling.user.id:
        return "You get this because it is your calendar."
    return "You get this because you run gatherly."
