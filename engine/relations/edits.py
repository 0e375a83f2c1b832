"""What people write of interactions that are derived from events: it outlasts what the events tell anew."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from engine.model.relations import Interaction

EDITED_FIELDS = "editedFields"
"""Under which the metadata of a derived interaction name what a person wrote over what its event tells."""
MERGED_FROM = "mergedFrom"
"""Under which those of an entered one name the contact that it goes back to when a merge is taken apart."""
OURS = frozenset({EDITED_FIELDS, MERGED_FROM})
"""What of metadata nobody writes and nobody is shown."""
_TOLD = frozenset({"subject", "interaction_date", "duration_minutes", "meeting_attendees"})
"""What an event tells."""
_OWN = frozenset(
    {"interaction_type", "direction", "content", "content_summary", "sentiment_score", "metadata"}
)
"""What no event tells: it is a person's, or as every derived interaction has it."""


def noted(before: Interaction, values: Mapping[str, Any]) -> Interaction:
    """Give an interaction with what a person wrote; of a derived one it is noted what that was."""
    after = replace(before, **values)
    ours = {key: value for key, value in before.metadata.items() if key in OURS}
    if before.source_id is not None and (edited := _edited(before) | (values.keys() & _TOLD)):
        ours[EDITED_FIELDS] = sorted(edited)
    return replace(after, metadata={**plain(after.metadata), **ours})


def plain(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Give metadata as people write and see them."""
    return {key: value for key, value in metadata.items() if key not in OURS}


def is_written_on(one: Interaction) -> bool:
    """Whether a person wrote anything of a derived interaction."""
    return bool(one.content or one.content_summary or one.sentiment_score is not None or one.metadata)


def with_edits(before: Interaction, after: Interaction) -> Interaction:
    """Give what an event tells now, with what a person wrote of it before."""
    return replace(after, **{name: getattr(before, name) for name in _OWN | _edited(before)})


def with_all_edits(
    before: Mapping[str, Interaction], after: Mapping[str, Interaction]
) -> Mapping[str, Interaction]:
    """Give what events tell now, by id, with what people wrote of it; an event that was moved is the same."""
    gone, new = (
        _by_event(before, before.keys() - after.keys()),
        _by_event(after, after.keys() - before.keys()),
    )
    moved = {new[event]: before[name] for event, name in gone.items() if event in new}
    known = {**moved, **before}
    return {name: with_edits(known[name], one) if name in known else one for name, one in after.items()}


def _by_event(
    found: Mapping[str, Interaction], names: Collection[str]
) -> Mapping[tuple[str, str | None], str]:
    """Give those that alone are of their event with their contact."""
    together = defaultdict[tuple[str, str | None], list[str]](list)
    for name in names:
        together[found[name].contact_id, found[name].source_id].append(name)
    return {event: some[0] for event, some in together.items() if len(some) == 1}


def _edited(one: Interaction) -> frozenset[str]:
    beside = one.metadata
    names = beside.get(EDITED_FIELDS)
    return _TOLD & {str(name) for name in names} if isinstance(names, list | tuple) else frozenset()
