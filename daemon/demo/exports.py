"""Calendars as programs export them, dated around the week in which the demonstration runs.

`$mon`, `$tue`, … stand for the days of the coming week, `$then` for the Monday thirty weeks before it, so
that series cross a change of the clocks whatever the season.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from string import Template

NEW_YORK = """BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
"""

TEAM_SYNC = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
{NEW_YORK}BEGIN:VEVENT
DTSTART;TZID=America/New_York:${{then}}T100000
DTEND;TZID=America/New_York:${{then}}T104500
RRULE:FREQ=WEEKLY;BYDAY=MO,WE
EXDATE;TZID=America/New_York:${{last_wed}}T100000
DTSTAMP:${{then}}T090000Z
UID:team-sync@google.com
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Team sync
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/New_York:${{wed}}T113000
DTEND;TZID=America/New_York:${{wed}}T121500
RECURRENCE-ID;TZID=America/New_York:${{wed}}T100000
DTSTAMP:${{then}}T090000Z
UID:team-sync@google.com
SEQUENCE:3
STATUS:CONFIRMED
SUMMARY:Team sync (moved)
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""

TOKYO_CALL = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
BEGIN:VEVENT
DTSTART;TZID=Asia/Tokyo:${thu}T000000
DTEND;TZID=Asia/Tokyo:${thu}T010000
DTSTAMP:${then}T090000Z
UID:tokyo-call@google.com
STATUS:CONFIRMED
SUMMARY:Call with the Tokyo office
END:VEVENT
END:VCALENDAR
"""

CALLED_OFF = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
BEGIN:VEVENT
DTSTART:${tue}T150000Z
DTEND:${tue}T170000Z
DTSTAMP:${then}T090000Z
UID:called-off@google.com
STATUS:CANCELLED
SUMMARY:Workshop (called off)
END:VEVENT
END:VCALENDAR
"""

STAND_UP = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 15.1//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:0F6A7C1E-STANDUP
DTSTAMP:${then}T060000Z
DTSTART;TZID=Europe/Berlin:${then}T093000
DURATION:PT30M
RRULE:FREQ=DAILY;INTERVAL=1
SUMMARY:Stand-up
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""

SICK_CHILD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 15.1//EN
BEGIN:VEVENT
UID:0F6A7C1E-AWAY
DTSTAMP:${then}T060000Z
DTSTART;VALUE=DATE:${fri}
DTEND;VALUE=DATE:${sat}
SUMMARY:Away\\, school trip
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""

BIRTHDAY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 15.1//EN
BEGIN:VEVENT
UID:0F6A7C1E-BIRTHDAY
DTSTAMP:${then}T060000Z
DTSTART;VALUE=DATE:${tue}
SUMMARY:Jürgen's birthday
RRULE:FREQ=YEARLY
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""

OUTLOOK_FEED = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-WR-CALNAME:Carol
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008-REVIEW
DTSTAMP:${then}T080000Z
DTSTART;TZID="GMT Standard Time":${then}T140000
DTEND;TZID="GMT Standard Time":${then}T150000
RRULE:FREQ=WEEKLY;BYDAY=MO,TH
SUMMARY;LANGUAGE=en-gb:Design review
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E008-DENTIST
DTSTAMP:${then}T080000Z
DTSTART;TZID="GMT Standard Time":${tue}T143000
DTEND;TZID="GMT Standard Time":${tue}T153000
SUMMARY;LANGUAGE=en-gb:Dentist
END:VEVENT
END:VCALENDAR
"""

THUNDERBIRD_FILE = """BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
BEGIN:VEVENT
UID:5b7d-retro
DTSTAMP:${then}T070000Z
DTSTART;TZID=Europe/Berlin:${then}T160000
DTEND;TZID=Europe/Berlin:${then}T170000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
SUMMARY:Retrospective
END:VEVENT
BEGIN:VEVENT
UID:5b7d-handover
DTSTAMP:${then}T070000Z
DTSTART:${wed}T150000Z
DTEND:${wed}T153000Z
STATUS:TENTATIVE
SUMMARY:Handover\\, perhaps
END:VEVENT
END:VCALENDAR
"""

FOLDERS: Mapping[str, Mapping[str, str]] = {
    "alice": {"team-sync.ics": TEAM_SYNC, "tokyo-call.ics": TOKYO_CALL, "called-off.ics": CALLED_OFF},
    "bob": {"stand-up.ics": STAND_UP, "away.ics": SICK_CHILD, "birthday.ics": BIRTHDAY},
}
FILES: Mapping[str, str] = {"dave.ics": THUNDERBIRD_FILE}
FEEDS: Mapping[str, str] = {"carol.ics": OUTLOOK_FEED}


def dated(template: str, today: date) -> bytes:
    """Fill a template's days in, and end its lines as RFC 5545 section 3.1 asks."""
    monday = today + timedelta(days=7 - today.weekday())
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days = {name: monday + timedelta(days=index) for index, name in enumerate(names)}
    days["then"] = monday - timedelta(weeks=30)
    days["last_wed"] = monday - timedelta(days=5)
    text = Template(template).substitute({name: day.strftime("%Y%m%d") for name, day in days.items()})
    return text.replace("\n", "\r\n").encode()
