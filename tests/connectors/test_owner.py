"""Addresses as calendars write them, in one spelling."""

import pytest

from connectors.owner import address_of

SPELT = {
    "mailto:Ana@Example.org": "ana@example.org",
    " MAILTO:// <ana@example.org> ": "ana@example.org",
    "ana@example.org": "ana@example.org",
    "mailto:ana%40example.org": "ana@example.org",
    "mailto:ana%2Bx@example.org?subject=hi&cc=bo@example.org": "ana+x@example.org",
    "ana%2Bx@example.org": "ana%2bx@example.org",
    "mailto:Stra\u00dfe@example.org": "stra\u00dfe@example.org",
    "mailto:\u212aim@example.org": "\u212aim@example.org",
    "x mailto:ana@example.org": "x mailto:ana@example.org",
    "urn:uuid:1": "",
    "mailto:": "",
}


@pytest.mark.parametrize("text", SPELT)
def test_an_address_has_one_spelling(text: str) -> None:
    assert address_of(text) == SPELT[text]
