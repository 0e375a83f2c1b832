"""How somebody wants to be told, as they set it for themselves over what the operator's files say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.documents.clocktimes import clock_text, parse_clock
from engine.model.notices import Digest, NoticePreferences, QuietHours


def with_wishes(filed: NoticePreferences, said: Mapping[str, Any]) -> NoticePreferences:
    """Lay what somebody said over what the files say; `said` was checked when it was taken."""
    wishes = filed
    if said.get("notify") is not None:
        wishes = replace(wishes, channels=tuple(dict.fromkeys(said["notify"])))
    if said.get("digest") is not None:
        wishes = replace(wishes, digest=Digest(said["digest"]))
    quiet = said.get("quietHours")
    if quiet is not None:
        hours = QuietHours(parse_clock(quiet["start"], "start"), parse_clock(quiet["end"], "end"))
        wishes = replace(wishes, quiet=hours)
    return wishes


def wishes_document(wishes: NoticePreferences) -> dict[str, Any]:
    """Write how somebody is told, in the words in which they may set it otherwise."""
    quiet = wishes.quiet
    hours = None if quiet is None else {"start": clock_text(quiet.start), "end": clock_text(quiet.end)}
    return {"notify": list(wishes.channels), "quietHours": hours, "digest": wishes.digest.value}
