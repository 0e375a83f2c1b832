"""What people are told of events of gatherly's own in which they take part."""

from daemon.notices.content import Content
from daemon.notices.words.notice import LONGEST_TITLE, Telling, page_buttons, sentence, why_told
from engine.text.plain_text import one_line

LONGEST_WORDS = 500


def event_changed(telling: Telling) -> Content:
    """Say what somebody did to an event, or to its copy, and when it is now."""
    event = telling.event
    if event is None:
        raise ValueError(f"a notice of {telling.kind} without an event")
    subject = one_line(str(telling.details.get("title") or telling.title), LONGEST_TITLE + 60)
    words = one_line(str(telling.details.get("message") or subject), LONGEST_WORDS)
    facts = [("When", telling.reader.when(event.start_time)), ("Where", telling.place)]
    return Content(
        kind=telling.kind,
        subject=subject,
        heading=subject,
        lead=(sentence(words),),
        facts=tuple((name, value) for name, value in facts if value),
        buttons=page_buttons(telling, "See the week", "/family"),
        closing=("You need do nothing.", why_told(telling)),
    )
