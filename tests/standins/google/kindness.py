"""What Google does not promise: a stand-in does none of it, unless a test asks for it by name."""

from dataclasses import dataclass


@dataclass
class Kindness:
    """Each is off by default; a chaos run turns none on.

    `whole_tombstones`: a deleted event shows all that it had, not just its id.
    `prompt_lists`: a list shows at once what was just written.
    `ordered_pages`: a delta tells each change once and in order.
    `full_pages`: no page is empty while more follow.
    `kept_for_ever`: a deleted event can be looked up a month later.
    `steady_etags`: an etag changes with what its event's owner does, and never by itself.
    `many_refreshes`: every consent brings a refresh token, asked for or not.
    `any_redirect`: a browser is sent back to wherever the request says.
    """

    whole_tombstones: bool = False
    prompt_lists: bool = False
    ordered_pages: bool = False
    full_pages: bool = False
    kept_for_ever: bool = False
    steady_etags: bool = False
    many_refreshes: bool = False
    any_redirect: bool = False
