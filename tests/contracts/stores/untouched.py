"""Whether a sample says something in every field."""

from dataclasses import MISSING, fields
from typing import Any


def untouched(entity: Any) -> set[str]:
    """Give the fields of a sample that are as by default: a mapping that forgot them would go unseen."""
    return {
        each.name
        for each in fields(entity)
        if each.name != "version"
        and getattr(entity, each.name)
        == (each.default_factory() if each.default_factory is not MISSING else each.default)
    }
