"""What goes over the wire when something is wrong, in Google's own shape."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as Google sends it."""


class ApiError(Exception):
    """An error answer of the calendar API, or of the OAuth server where `oauth` is its body."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        retry_after: int | None = None,
        oauth: Json | None = None,
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.retry_after = retry_after
        self.oauth = oauth

    def body(self) -> Json:
        """Give the answer's body."""
        if self.oauth is not None:
            return self.oauth
        one = {"domain": self.domain, "reason": self.reason, "message": self.message}
        return {"error": {"errors": [one], "code": self.status, "message": self.message}}


def oauth_error(status: int, error: str, description: str, subtype: str | None = None) -> ApiError:
    """Give an error of the OAuth server (RFC 6749 section 5.2)."""
    body = {"error": error, "error_description": description}
    if subtype:
        body["error_subtype"] = subtype
    return ApiError(status, error, description, oauth=body)


def not_found() -> ApiError:
    """Give the answer to an unknown calendar or event."""
    return ApiError(404, "notFound", "Not Found")


def invalid(message: str, reason: str = "invalid") -> ApiError:
    """Give the answer to a request that cannot be right."""
    return ApiError(400, reason, message)
