"""Addresses as calendars write them, in one spelling."""

from collections.abc import Iterator

import pytest

from connectors.owner import OwnerAddresses, address_of

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


def test_what_two_accounts_tell_at_once_is_kept_of_both() -> None:
    owner = OwnerAddresses(["ana@example.org"])

    def told() -> Iterator[str]:
        owner.learn(["ana@work.example"])
        yield "ana@home.example"

    owner.learn(told())
    assert owner.learnt == {"ana@work.example", "ana@home.example"}
