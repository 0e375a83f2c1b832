"""What Microsoft does not promise: the stand-in does none of it, unless a test asks for it by name."""

from dataclasses import dataclass


@dataclass
class Kindness:
    """Each is off by default; a chaos run turns none on.

    `prompt_lists`: lists, filters and deltas show at once what was just written.
    `whole_occurrences`: a delta tells each occurrence whole, and each deletion by itself, as by the book.
    `full_pages`: no page is empty while more follow, and nothing is told twice.
    `steady_etags`: a version changes with what is done to its event, and never by itself.
    `answers_again`: a repeated `transactionId` is answered with the event that it made (201), not 409.
    `plain_push`: a subscription may lead to plain http.
    `several_subscriptions`: one app may subscribe to a calendar twice; by the book that is refused (409).
    `shows_transactions`: events show the `transactionId` that they were made with.
    """

    prompt_lists: bool = False
    whole_occurrences: bool = False
    full_pages: bool = False
    steady_etags: bool = False
    answers_again: bool = False
    plain_push: bool = False
    several_subscriptions: bool = False
    shows_transactions: bool = False
