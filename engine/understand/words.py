"""The words of scheduling English: their forms, what they stand for, and how they are misspelt."""

from engine.time.weekday import Weekday


def word_set(words: str) -> frozenset[str]:
    """Make a set of words that are parted by spaces."""
    return frozenset(words.split())


WEEKDAYS = {
    form: day
    for day, forms in {
        Weekday.MONDAY: "monday mon",
        Weekday.TUESDAY: "tuesday tue tues",
        Weekday.WEDNESDAY: "wednesday wed weds",
        Weekday.THURSDAY: "thursday thu thur thurs",
        Weekday.FRIDAY: "friday fri",
        Weekday.SATURDAY: "saturday sat",
        Weekday.SUNDAY: "sunday sun",
    }.items()
    for form in forms.split()
}
WEEKDAY_PLURALS = {f"{form}s": day for form, day in WEEKDAYS.items() if len(form) > 5}
MONTHS = {
    form: number
    for number, forms in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for form in forms.split()
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
            *("nineteen", "twenty"),
        )
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "ninety": 90}
ORDINALS = {
    word: number
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
    )
}

NOON = 12 * 60
DAY_END = 24 * 60
PARTS = {
    "early morning": (480, 600),
    "first thing": (480, 600),
    "late morning": (600, NOON),
    "morning": (480, NOON),
    "early afternoon": (NOON, 900),
    "late afternoon": (900, 1080),
    "afternoon": (NOON, 1080),
    "evening": (1080, 1260),
    "night": (1080, 1260),
    "breakfast": (420, 600),
    "breakfast time": (420, 600),
    "lunchtime": (690, 810),
    "lunch time": (690, 810),
    "lunch": (690, 810),
    "lunch hour": (690, 810),
    "lunch break": (690, 810),
    "dinnertime": (1080, 1260),
    "dinner time": (1080, 1260),
    "dinner": (1080, 1260),
}
"""Minutes of the day that a part of it spans."""
MEALS = frozenset({"breakfast", "lunch", "dinner"})

CITIES = {
    "london": "Europe/London",
    "dublin": "Europe/Dublin",
    "lisbon": "Europe/Lisbon",
    "paris": "Europe/Paris",
    "berlin": "Europe/Berlin",
    "madrid": "Europe/Madrid",
    "rome": "Europe/Rome",
    "vienna": "Europe/Vienna",
    "zurich": "Europe/Zurich",
    "amsterdam": "Europe/Amsterdam",
    "brussels": "Europe/Brussels",
    "stockholm": "Europe/Stockholm",
    "oslo": "Europe/Oslo",
    "copenhagen": "Europe/Copenhagen",
    "helsinki": "Europe/Helsinki",
    "warsaw": "Europe/Warsaw",
    "prague": "Europe/Prague",
    "budapest": "Europe/Budapest",
    "athens": "Europe/Athens",
    "kyiv": "Europe/Kyiv",
    "moscow": "Europe/Moscow",
    "istanbul": "Europe/Istanbul",
    "cairo": "Africa/Cairo",
    "lagos": "Africa/Lagos",
    "nairobi": "Africa/Nairobi",
    "johannesburg": "Africa/Johannesburg",
    "dubai": "Asia/Dubai",
    "karachi": "Asia/Karachi",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "kolkata": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "kathmandu": "Asia/Kathmandu",
    "dhaka": "Asia/Dhaka",
    "bangkok": "Asia/Bangkok",
    "jakarta": "Asia/Jakarta",
    "singapore": "Asia/Singapore",
    "hong kong": "Asia/Hong_Kong",
    "beijing": "Asia/Shanghai",
    "shanghai": "Asia/Shanghai",
    "taipei": "Asia/Taipei",
    "manila": "Asia/Manila",
    "seoul": "Asia/Seoul",
    "tokyo": "Asia/Tokyo",
    "japan": "Asia/Tokyo",
    "perth": "Australia/Perth",
    "brisbane": "Australia/Brisbane",
    "adelaide": "Australia/Adelaide",
    "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne",
    "auckland": "Pacific/Auckland",
    "honolulu": "Pacific/Honolulu",
    "los angeles": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "california": "America/Los_Angeles",
    "denver": "America/Denver",
    "phoenix": "America/Phoenix",
    "chicago": "America/Chicago",
    "toronto": "America/Toronto",
    "new york": "America/New_York",
    "boston": "America/New_York",
    "sao paulo": "America/Sao_Paulo",
    "são paulo": "America/Sao_Paulo",
    "mexico city": "America/Mexico_City",
    "buenos aires": "America/Argentina/Buenos_Aires",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}
"""What stands before `time`, as in `3 pm London time`."""
ZONES = {
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("ct", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("utc", "gmt", "z", "zulu"), "UTC"),
    **dict.fromkeys(("cet", "cest"), "Europe/Berlin"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
    "jst": "Asia/Tokyo",
    "eastern": "America/New_York",
    "pacific": "America/Los_Angeles",
}
AMBIGUOUS_ZONES = frozenset({"ist", "cst", "bst", "ast", "gst", "sst", "wst"})
"""Abbreviations of two zones each."""

SPELLED = frozenset(
    {form for form in WEEKDAYS if len(form) > 5}
    | {form for form in MONTHS if len(form) > 6}
    | set(WEEKDAY_PLURALS)
    | {
        "tomorrow",
        "afternoon",
        "afternoons",
        "morning",
        "mornings",
        "evening",
        "evenings",
        "weekend",
        "weekends",
    }
    | {
        "schedule",
        "reschedule",
        "meeting",
        "minutes",
        "cancel",
        "breakfast",
        "weekday",
        "weekdays",
        "postpone",
    }
)
"""What a misspelt word is compared with."""
NOT_MISSPELT = word_set(
    "mourning mornin sundry evenings meetings seating melting greeting meeting's morning's "
    "warning scheduled"
    " schedules scheduler rescheduled cancels cancelled canceled meetin minute manny sunday's canal"
)
