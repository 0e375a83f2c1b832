"""Having a page of a provider's listing read in a child."""

from connectors.sandbox.task import Allowance, Runner, UnfinishedError
from engine.errors import SourceIncompleteError

PAGE_CPU = 2.0
"""Seconds of processor for one page."""


def read_page(run: Runner, task: str, payload: bytes, place: str, allowance: Allowance | None) -> bytes:
    """Have something read that a provider sent; `place` names the connector.

    Raises:
        SourceIncompleteError: it is not what the provider sends, or takes too much.
    """
    try:
        return run(task, payload, cpu=PAGE_CPU, allowance=allowance)
    except UnfinishedError as error:
        raise SourceIncompleteError(
            f"{place}: {error}", "Look at what lies in the calendar, and at api_root"
        ) from error
