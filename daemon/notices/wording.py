"""Which words a notice has, by its kind."""

from collections.abc import Callable, Mapping

from daemon.notices.content import Content
from daemon.notices.words.answers import answered
from daemon.notices.words.bookings import booked, cancelled, conflict, moved, reopened, stuck
from daemon.notices.words.choices import expiring, not_booked, proposed
from daemon.notices.words.connections import lost, restored
from daemon.notices.words.contacts import birthday, follow_up, going_cold, job_change
from daemon.notices.words.events import event_changed
from daemon.notices.words.failures import failed
from daemon.notices.words.notice import Telling
from daemon.notices.words.reminders import reminder
from engine.model.notices import NoticeKind


def content_of(telling: Telling) -> Content:
    """Word a notice."""
    return _WORDS[telling.kind](telling)


_WORDS: Mapping[NoticeKind, Callable[[Telling], Content]] = {
    NoticeKind.PROPOSED: proposed,
    NoticeKind.EXPIRING: expiring,
    NoticeKind.NOT_BOOKED: not_booked,
    NoticeKind.ANSWERED: answered,
    NoticeKind.BOOKED: booked,
    NoticeKind.MOVED: moved,
    NoticeKind.CANCELLED: cancelled,
    NoticeKind.REOPENED: reopened,
    NoticeKind.FAILED: failed,
    NoticeKind.CONFLICT: conflict,
    NoticeKind.REMINDER: reminder,
    NoticeKind.EVENT_CHANGED: event_changed,
    NoticeKind.STUCK: stuck,
    NoticeKind.LOST: lost,
    NoticeKind.RESTORED: restored,
    NoticeKind.GOING_COLD: going_cold,
    NoticeKind.BIRTHDAY: birthday,
    NoticeKind.FOLLOW_UP: follow_up,
    NoticeKind.JOB_CHANGE: job_change,
}
