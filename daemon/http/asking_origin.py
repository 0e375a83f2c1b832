"""From where somebody asks, for the log: address, route and user agent (F4)."""

from fastapi import Request

from engine.text.plain_text import one_line

_LONGEST = 200


def origin_of(request: Request) -> dict[str, str]:
    """Tell from where it is asked."""
    return {
        "address": request.client.host if request.client else "socket",
        "route": f"{request.method} {one_line(request.url.path, _LONGEST)}",
        "userAgent": one_line(request.headers.get("user-agent", ""), _LONGEST),
    }
