"""What is told of calendars that cannot be read, and are again."""

from daemon.notices.content import Content
from daemon.notices.words.notice import LONGEST_TITLE, Telling, page_buttons, sentence
from engine.model.calendar import ConnectorState
from engine.text.plain_text import one_line


def lost(telling: Telling) -> Content:
    """Tell that a calendar cannot be read."""
    name, why = _connector(telling), one_line(str(telling.details.get("error") or "it does not answer"))
    owner = telling.name(telling.details.get("owner"))
    ended = telling.details.get("state") == ConnectorState.EXPIRED.value
    again = "It waits until its owner connects it again." if ended else "It is tried again by itself."
    theirs = "your" if owner == "you" else f"{owner}'s"
    return Content(
        kind=telling.kind,
        subject=f"{'Connect again' if ended else 'Cannot be read'}: {name}",
        heading=f"{name} {'has to be connected again' if ended else 'cannot be read'}",
        lead=(
            sentence(why),
            f"Until it can, {theirs} times are unknown, and nothing is proposed for them.",
        ),
        buttons=page_buttons(telling, "See the connection", f"/people/{telling.details.get('owner')}"),
        closing=(f"{again} You are told once it works.", _owns(telling)),
    )


def restored(telling: Telling) -> Content:
    """Tell that a calendar is read again."""
    name, owner = _connector(telling), telling.name(telling.details.get("owner"))
    whose = "Your" if owner == "you" else f"{owner}'s"
    return Content(
        kind=telling.kind,
        subject=f"Connected again: {name}",
        heading=f"{name} is read again",
        lead=(f"{whose} times are known again, and proposed.",),
        closing=("You need do nothing.", _owns(telling)),
    )


def _connector(telling: Telling) -> str:
    return one_line(str(telling.details.get("connector")), LONGEST_TITLE)


def _owns(telling: Telling) -> str:
    if telling.details.get("owner") == telling.user.id:
        return "You get this because it is your calendar."
    return "You get this because you run gatherly."
