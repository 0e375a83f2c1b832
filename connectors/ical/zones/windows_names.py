"""Windows' zones: their names by CLDR, those it leaves out, and what Outlook shows in their place.

Names shown are those of the last ten years and a few older ones, without the offset before them; sources:
https://github.com/unicode-org/cldr (`windowsZones.xml`) and Microsoft's "Default time zones" list.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

UNMAPPED: Mapping[str, str] = MappingProxyType(
    {
        "Armenian Standard Time": "Asia/Yerevan",
        "Jerusalem Standard Time": "Asia/Jerusalem",
        "Kamchatka Standard Time": "Asia/Kamchatka",
        "Malay Peninsula Standard Time": "Asia/Singapore",
        "Mexico Standard Time": "America/Mexico_City",
        "Mexico Standard Time 2": "America/Mazatlan",
        "Mid-Atlantic Standard Time": "Etc/GMT+2",
        "Prague Bratislava Standard Time": "Europe/Prague",
        "Transitional Islamic State of Afghanistan Standard Time": "Asia/Kabul",
        "Warsaw Standard Time": "Europe/Warsaw",
    }
)
"""Names that Windows has had and CLDR maps to nothing."""

SHOWN: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "AUS Central Standard Time": ("Darwin",),
        "AUS Eastern Standard Time": ("Canberra, Melbourne, Sydney",),
        "Afghanistan Standard Time": ("Kabul",),
        "Alaskan Standard Time": ("Alaska",),
        "Aleutian Standard Time": ("Aleutian Islands",),
        "Altai Standard Time": ("Barnaul, Gorno-Altaysk",),
        "Arab Standard Time": ("Kuwait, Riyadh",),
        "Arabian Standard Time": ("Abu Dhabi, Muscat",),
        "Arabic Standard Time": ("Baghdad",),
        "Argentina Standard Time": ("City of Buenos Aires", "Buenos Aires"),
        "Astrakhan Standard Time": ("Astrakhan, Ulyanovsk",),
        "Atlantic Standard Time": ("Atlantic Time (Canada)",),
        "Aus Central W. Standard Time": ("Eucla",),
        "Azerbaijan Standard Time": ("Baku",),
        "Azores Standard Time": ("Azores",),
        "Bahia Standard Time": ("Salvador",),
        "Bangladesh Standard Time": ("Dhaka",),
        "Belarus Standard Time": ("Minsk",),
        "Bougainville Standard Time": ("Bougainville Island",),
        "Canada Central Standard Time": ("Saskatchewan",),
        "Cape Verde Standard Time": ("Cabo Verde Is.", "Cape Verde Is."),
        "Caucasus Standard Time": ("Yerevan",),
        "Cen. Australia Standard Time": ("Adelaide",),
        "Central America Standard Time": ("Central America",),
        "Central Asia Standard Time": ("Bishkek", "Astana", "Nur-Sultan", "Astana, Dhaka"),
        "Central Brazilian Standard Time": ("Cuiaba", "Manaus, Cuiaba"),
        "Central Europe Standard Time": ("Belgrade, Bratislava, Budapest, Ljubljana, Prague",),
        "Central European Standard Time": ("Sarajevo, Skopje, Warsaw, Zagreb", "Sarajevo, Warsaw, Zagreb"),
        "Central Pacific Standard Time": (
            "Solomon Is., New Caledonia",
            "Magadan, Solomon Is., New Caledonia",
        ),
        "Central Standard Time": ("Central Time (US & Canada)",),
        "Central Standard Time (Mexico)": (
            "Guadalajara, Mexico City, Monterrey",
            "Guadalajara, Mexico City, Monterrey - New",
        ),
        "Chatham Islands Standard Time": ("Chatham Islands",),
        "China Standard Time": (
            "Beijing, Chongqing, Hong Kong, Urumqi",
            "Beijing, Chongqing, Hong Kong SAR, Urumqi",
        ),
        "Cuba Standard Time": ("Havana",),
        "Dateline Standard Time": ("International Date Line West",),
        "E. Africa Standard Time": ("Nairobi",),
        "E. Australia Standard Time": ("Brisbane",),
        "E. Europe Standard Time": ("Chisinau", "E. Europe"),
        "E. South America Standard Time": ("Brasilia",),
        "Easter Island Standard Time": ("Easter Island",),
        "Eastern Standard Time": ("Eastern Time (US & Canada)",),
        "Eastern Standard Time (Mexico)": ("Chetumal",),
        "Egypt Standard Time": ("Cairo",),
        "Ekaterinburg Standard Time": ("Ekaterinburg",),
        "FLE Standard Time": (
            "Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius",
            "Helsinki, Kiev, Riga, Sofia, Tallinn, Vilnius",
        ),
        "Fiji Standard Time": ("Fiji", "Fiji, Marshall Is.", "Fiji, Kamchatka, Marshall Is."),
        "GMT Standard Time": (
            "Dublin, Edinburgh, Lisbon, London",
            "Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London",
        ),
        "GTB Standard Time": ("Athens, Bucharest", "Athens, Bucharest, Istanbul"),
        "Georgian Standard Time": ("Tbilisi",),
        "Greenland Standard Time": ("Greenland",),
        "Greenwich Standard Time": ("Monrovia, Reykjavik", "Casablanca, Monrovia, Reykjavik"),
        "Haiti Standard Time": ("Haiti",),
        "Hawaiian Standard Time": ("Hawaii",),
        "India Standard Time": ("Chennai, Kolkata, Mumbai, New Delhi",),
        "Iran Standard Time": ("Tehran",),
        "Israel Standard Time": ("Jerusalem",),
        "Jordan Standard Time": ("Amman",),
        "Kaliningrad Standard Time": ("Kaliningrad", "Kaliningrad (RTZ 1)"),
        "Kamchatka Standard Time": ("Petropavlovsk-Kamchatsky - Old",),
        "Korea Standard Time": ("Seoul",),
        "Libya Standard Time": ("Tripoli",),
        "Line Islands Standard Time": ("Kiritimati Island",),
        "Lord Howe Standard Time": ("Lord Howe Island",),
        "Magadan Standard Time": ("Magadan",),
        "Magallanes Standard Time": ("Punta Arenas",),
        "Marquesas Standard Time": ("Marquesas Islands",),
        "Mauritius Standard Time": ("Port Louis",),
        "Mid-Atlantic Standard Time": ("Mid-Atlantic - Old", "Mid-Atlantic"),
        "Middle East Standard Time": ("Beirut",),
        "Montevideo Standard Time": ("Montevideo",),
        "Morocco Standard Time": ("Casablanca",),
        "Mountain Standard Time": ("Mountain Time (US & Canada)",),
        "Mountain Standard Time (Mexico)": (
            "La Paz, Mazatlan",
            "Chihuahua, La Paz, Mazatlan",
            "Chihuahua, La Paz, Mazatlan - New",
        ),
        "Myanmar Standard Time": ("Yangon (Rangoon)",),
        "N. Central Asia Standard Time": ("Novosibirsk", "Novosibirsk (RTZ 5)", "Almaty, Novosibirsk"),
        "Namibia Standard Time": ("Windhoek",),
        "Nepal Standard Time": ("Kathmandu",),
        "New Zealand Standard Time": ("Auckland, Wellington",),
        "Newfoundland Standard Time": ("Newfoundland",),
        "Norfolk Standard Time": ("Norfolk Island",),
        "North Asia East Standard Time": ("Irkutsk", "Irkutsk (RTZ 7)", "Irkutsk, Ulaan Bataar"),
        "North Asia Standard Time": ("Krasnoyarsk", "Krasnoyarsk (RTZ 6)"),
        "North Korea Standard Time": ("Pyongyang",),
        "Omsk Standard Time": ("Omsk",),
        "Pacific SA Standard Time": ("Santiago",),
        "Pacific Standard Time": ("Pacific Time (US & Canada)",),
        "Pacific Standard Time (Mexico)": ("Baja California", "Tijuana, Baja California"),
        "Pakistan Standard Time": ("Islamabad, Karachi", "Islamabad, Karachi, Tashkent"),
        "Paraguay Standard Time": ("Asuncion",),
        "Qyzylorda Standard Time": ("Qyzylorda", "Astana"),
        "Romance Standard Time": ("Brussels, Copenhagen, Madrid, Paris",),
        "Russia Time Zone 10": ("Chokurdakh", "Chokurdakh (RTZ 10)"),
        "Russia Time Zone 11": (
            "Anadyr, Petropavlovsk-Kamchatsky",
            "Anadyr, Petropavlovsk-Kamchatsky (RTZ 11)",
        ),
        "Russia Time Zone 3": ("Izhevsk, Samara", "Izhevsk, Samara (RTZ 3)"),
        "Russian Standard Time": (
            "Moscow, St. Petersburg",
            "Moscow, St. Petersburg, Volgograd",
            "Moscow, St. Petersburg, Volgograd (RTZ 2)",
        ),
        "SA Eastern Standard Time": ("Cayenne, Fortaleza", "Georgetown"),
        "SA Pacific Standard Time": ("Bogota, Lima, Quito, Rio Branco", "Bogota, Lima, Quito"),
        "SA Western Standard Time": ("Georgetown, La Paz, Manaus, San Juan", "La Paz"),
        "SE Asia Standard Time": ("Bangkok, Hanoi, Jakarta",),
        "Saint Pierre Standard Time": ("Saint Pierre and Miquelon",),
        "Sakhalin Standard Time": ("Sakhalin",),
        "Samoa Standard Time": ("Samoa",),
        "Sao Tome Standard Time": ("Sao Tome",),
        "Saratov Standard Time": ("Saratov",),
        "Singapore Standard Time": ("Kuala Lumpur, Singapore",),
        "South Africa Standard Time": ("Harare, Pretoria",),
        "South Sudan Standard Time": ("Juba",),
        "Sri Lanka Standard Time": ("Sri Jayawardenepura",),
        "Sudan Standard Time": ("Khartoum",),
        "Syria Standard Time": ("Damascus",),
        "Taipei Standard Time": ("Taipei",),
        "Tasmania Standard Time": ("Hobart",),
        "Tocantins Standard Time": ("Araguaina",),
        "Tokyo Standard Time": ("Osaka, Sapporo, Tokyo",),
        "Tomsk Standard Time": ("Tomsk",),
        "Tonga Standard Time": ("Nuku'alofa",),
        "Transbaikal Standard Time": ("Chita",),
        "Turkey Standard Time": ("Istanbul",),
        "Turks And Caicos Standard Time": ("Turks and Caicos",),
        "US Eastern Standard Time": ("Indiana (East)",),
        "US Mountain Standard Time": ("Arizona",),
        "UTC": ("Coordinated Universal Time",),
        "UTC+12": ("Coordinated Universal Time+12",),
        "UTC+13": ("Coordinated Universal Time+13",),
        "UTC-02": ("Coordinated Universal Time-02",),
        "UTC-08": ("Coordinated Universal Time-08",),
        "UTC-09": ("Coordinated Universal Time-09",),
        "UTC-11": ("Coordinated Universal Time-11", "Midway Island, Samoa"),
        "Ulaanbaatar Standard Time": ("Ulaanbaatar",),
        "Venezuela Standard Time": ("Caracas",),
        "Vladivostok Standard Time": ("Vladivostok", "Vladivostok, Magadan (RTZ 9)"),
        "Volgograd Standard Time": ("Volgograd",),
        "W. Australia Standard Time": ("Perth",),
        "W. Central Africa Standard Time": ("West Central Africa",),
        "W. Europe Standard Time": ("Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",),
        "W. Mongolia Standard Time": ("Hovd",),
        "West Asia Standard Time": ("Ashgabat, Tashkent", "Tashkent"),
        "West Bank Standard Time": ("Gaza, Hebron",),
        "West Pacific Standard Time": ("Guam, Port Moresby",),
        "Yakutsk Standard Time": ("Yakutsk", "Yakutsk (RTZ 8)"),
        "Yukon Standard Time": ("Yukon",),
    }
)
"""By Windows' name: what stands for it in Outlook, without the offset."""

OTHER_WORDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "eastern": ("America/New_York",),
        "central": ("America/Chicago", "Australia/Adelaide"),
        "mountain": ("America/Denver",),
        "pacific": ("America/Los_Angeles",),
        "atlantic": ("America/Halifax",),
        "canada eastern": ("America/New_York",),
        "canada central": ("America/Chicago", "America/Regina"),
        "canada mountain": ("America/Denver",),
        "canada pacific": ("America/Los_Angeles",),
        "canada atlantic": ("America/Halifax",),
        "eastern time": ("America/New_York",),
        "central time": ("America/Chicago",),
        "mountain time": ("America/Denver",),
        "pacific time": ("America/Los_Angeles",),
        "atlantic time": ("America/Halifax",),
        "indiana": ("America/Indiana/Indianapolis",),
        "greenwich mean time": ("Europe/London", "Africa/Abidjan"),
        "western european time": ("Europe/Lisbon",),
        "central european time": ("Europe/Berlin",),
        "eastern european time": ("Europe/Helsinki",),
        "samoa": ("Pacific/Apia", "Pacific/Pago_Pago"),
        "midway island": ("Pacific/Midway",),
        "hong kong": ("Asia/Hong_Kong",),
        "new caledonia": ("Pacific/Noumea",),
        "marshall is.": ("Pacific/Majuro",),
        "new delhi": ("Asia/Kolkata",),
        "hanoi": ("Asia/Bangkok",),
        "kiev": ("Europe/Kyiv",),
        "rangoon": ("Asia/Yangon",),
        "bern": ("Europe/Zurich",),
    }
)
"""Places and phrases beside Outlook's own, as other programs show them; the stated offset chooses."""


@lru_cache(maxsize=1)
def by_name() -> Mapping[str, str]:
    """Give the IANA name of each Windows name, by its lower case; summer's names are the same zone's."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    known = {name.lower(): zone for name, zone in {**WINDOWS_TO_OLSON, **UNMAPPED}.items()}
    summer = {name.replace("standard time", "daylight time"): zone for name, zone in known.items()}
    return {**summer, **known}


@lru_cache(maxsize=1)
def by_words() -> Mapping[str, Sequence[str]]:
    """Give the IANA names that each shown text, whole, may mean."""
    names = by_name()
    found: dict[str, list[str]] = {}
    for windows, texts in SHOWN.items():
        for text in texts:
            found.setdefault(plain_words(text), []).append(names[windows.lower()])
    return found


@lru_cache(maxsize=1)
def by_place() -> Mapping[str, Sequence[str]]:
    """Give the IANA names that one place among those shown may mean."""
    found: dict[str, list[str]] = {place: list(zones) for place, zones in OTHER_WORDS.items()}
    for words, zones in by_words().items():
        for place in words.split(","):
            known = found.setdefault(place.strip(), [])
            known += [zone for zone in zones if zone not in known]
    return found


def plain_words(text: str) -> str:
    """Bring a shown text to one spelling."""
    plain = " ".join(text.lower().split()).replace("co-ordinated", "coordinated")
    for written, meant in ((" and ", " & "), ("st petersburg", "st. petersburg"), (" is.", " islands")):
        plain = plain.replace(written, meant)
    return plain.replace("(rtz ", "(").strip(" ,;.")
