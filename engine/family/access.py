"""Who sees and who writes a calendar of gatherly's own (F2's visibility)."""

from engine.ids import UserId
from engine.model.calendar import Calendar, CalendarType, May, Visibility


def may_see(calendar: Calendar, user: UserId) -> bool:
    """Whether somebody sees a calendar's events with their words; others see busy blocks at most."""
    if calendar.type is CalendarType.SHARED:
        return user == calendar.user_id or any(one.user == user for one in calendar.members)
    return user == calendar.user_id or calendar.visibility is not Visibility.PRIVATE


def may_write(calendar: Calendar, user: UserId) -> bool:
    """Whether somebody adds to it and changes what lies there."""
    if calendar.type is CalendarType.FAMILY:
        return True
    if user == calendar.user_id:
        return True
    shared = calendar.type is CalendarType.SHARED
    return shared and any(one.user == user and one.may is May.WRITE for one in calendar.members)


def is_there_for(calendar: Calendar, user: UserId) -> bool:
    """Whether somebody may know of a calendar at all: a shared one is its members' alone."""
    return calendar.type is not CalendarType.SHARED or may_see(calendar, user)
