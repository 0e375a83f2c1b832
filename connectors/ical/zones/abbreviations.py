"""Bare abbreviations of zones, and whom a calendar that writes them most likely means.

Many are borne by several zones (CST, IST, BST), so that what is read by this table is always told as a guess.
EST, MST, HST, CET, EET, MET and WET are IANA names themselves and never looked up here.
"""

from collections.abc import Mapping
from types import MappingProxyType

ZONES: Mapping[str, str] = MappingProxyType(
    {
        "America/Los_Angeles": "PST PDT PT",
        "America/Denver": "MDT MT",
        "America/Chicago": "CST CDT CT",
        "America/New_York": "EDT ET",
        "America/Anchorage": "AKST AKDT AKT",
        "America/Adak": "HDT HADT HAST",
        "America/Halifax": "AST ADT",
        "America/St_Johns": "NST NDT",
        "America/Sao_Paulo": "BRT BRST",
        "America/Argentina/Buenos_Aires": "ART",
        "America/Santiago": "CLT CLST",
        "America/Bogota": "COT",
        "America/Lima": "PET",
        "Europe/London": "BST",
        "Europe/Lisbon": "WEST",
        "Europe/Berlin": "CEST MEST MEZ MESZ",
        "Europe/Athens": "EEST OEZ OESZ",
        "Europe/Istanbul": "TRT",
        "Europe/Moscow": "MSK MSD",
        "Africa/Johannesburg": "SAST",
        "Africa/Lagos": "WAT",
        "Africa/Maputo": "CAT",
        "Africa/Nairobi": "EAT",
        "Asia/Jerusalem": "IDT",
        "Asia/Dubai": "GST",
        "Asia/Karachi": "PKT",
        "Asia/Kolkata": "IST",
        "Asia/Kathmandu": "NPT",
        "Asia/Bangkok": "ICT",
        "Asia/Jakarta": "WIB",
        "Asia/Hong_Kong": "HKT",
        "Asia/Singapore": "SGT",
        "Asia/Manila": "PHT PHST",
        "Asia/Seoul": "KST",
        "Asia/Tokyo": "JST",
        "Australia/Perth": "AWST",
        "Australia/Adelaide": "ACST ACDT",
        "Australia/Sydney": "AEST AEDT",
        "Pacific/Auckland": "NZST NZDT",
    }
)
"""Zones, and the abbreviations that are read as them."""

_BY_ABBREVIATION: Mapping[str, str] = MappingProxyType(
    {short: zone for zone, names in ZONES.items() for short in names.split()}
)


def by_abbreviation(name: str) -> str | None:
    """Give the IANA name that an abbreviation most likely means, in any case; None where it is none."""
    return _BY_ABBREVIATION.get(name.strip().strip("()").upper())
