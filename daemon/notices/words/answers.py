"""What the host is told of the others' answers."""

from daemon.notices.content import Content
from daemon.notices.words.choices import ticked
from daemon.notices.words.notice import Telling, page_buttons, the_session, why_told
from engine.model.session import SessionStatus
from engine.text.plain_text import one_line


def answered(telling: Telling) -> Content:
    """Tell the host who said what."""
    session = the_session(telling)
    asks = session.status is SessionStatus.PENDING and session.final_time is None
    if telling.details.get("answer") == "ticked" and asks and session.proposed_times:
        return ticked(telling)
    who, answer = telling.name(telling.details.get("by")), str(telling.details.get("answer"))
    slots = [telling.reader.when(int(at)) for at in telling.details.get("slots", ())]
    said = {
        "accepted": f"{who} can come: {'; '.join(slots)}" if slots else f"{who} can come",
        "ticked": f"{who} can come: {'; '.join(slots)}" if slots else f"No time suits {who}",
        "declined": f"{who} cannot come",
        "wished": f"{who} wishes something else",
    }.get(answer, f"{who} has answered")
    words = str(telling.details.get("words", ""))
    return Content(
        kind=telling.kind,
        subject=f"{said[:1].upper()}{said[1:].partition(':')[0]}: {telling.title}",
        heading=said[:1].upper() + said[1:],
        lead=(f"That is the answer to {telling.title}.", *([f"“{one_line(words)}”"] if words else [])),
        buttons=page_buttons(telling, "See the session"),
        closing=(_next_step(telling), why_told(telling)),
    )


def _next_step(telling: Telling) -> str:
    session = the_session(telling)
    if telling.details.get("answer") == "wished":
        return "It stays as it is unless you change it: only the host can."
    if session.status is SessionStatus.PENDING and session.final_time is None:
        return "You need do nothing: you are asked when there is something to choose."
    return "You need do nothing."
