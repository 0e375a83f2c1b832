"""How much anything that comes from outside may be: one table, for the parsers, the store and the rules.

The same numbers stand in `store/firestore/firestore.rules` and in the checks of the SQL tables; tests hold
them together. Lengths of texts are characters.
"""

from engine.time.span import DAY, Instant, Span

EARLIEST: Instant = 0
"""1970-01-01T00:00:00Z."""
LATEST: Instant = 7_258_118_400
"""2200-01-01T00:00:00Z: every instant is before it."""
TIME = Span(EARLIEST, LATEST)

LONGEST_SETTING = 3660 * DAY
"""Seconds that any length of time in the configuration may be."""
LEAST_AUDIT = 30 * DAY
"""Seconds for which the log is kept at least."""
LONGEST_WINDOW = 366 * DAY
"""Seconds in which a time is looked for."""
MOST_DAYS = 366
"""Days that a session looks ahead."""
LONGEST_SESSION = 366 * 1440
"""Minutes of a meeting, and of the buffer around it."""
LONGEST_NOTICE = 366 * 1440
"""Minutes between now and the earliest time."""
LONGEST_BUFFER = 7 * 1440
"""Minutes that somebody keeps free around meetings."""

LONGEST_TITLE = 1_000
LONGEST_DESCRIPTION = 10_000
LONGEST_LOCATION = 1_000
LONGEST_REASON = 1_000
LONGEST_MESSAGE = 10_000
LONGEST_TIMEFRAME = 100
"""An app's own word for when, as `next Tuesday`."""
LONGEST_NAME = 1_000
LONGEST_SHORT_ID = 100
"""The name of a calendar, resource or rule, as people type it."""
MOST_CAPACITY = 10_000
"""Who can use a resource at once."""
LONGEST_ADDRESS = 320
LONGEST_ZONE = 64
LONGEST_URL = 2_048
LONGEST_TOKEN = 10_000
LONGEST_RULE = 1_000
"""A recurrence rule."""

MOST_ATTENDEES = 200
"""Whom one session names."""
MOST_DATES = 366
"""Days that a session excludes."""
MOST_ANSWERS = 1_000
MOST_OCCURRENCES = 750
"""Of one series: a daily one of two years, and some."""
MOST_SLOTS = 1_000
"""Times that are remembered as proposed or rejected."""
MOST_HOURS = 7
"""Ranges of hours in which somebody works."""
