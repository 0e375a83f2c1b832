"""What goes over the wire when something is wrong; each refusal names the page that it follows."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as Microsoft sends it."""


class GraphError(Exception):
    """An error answer of Microsoft Graph (concepts/errors.md)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        page: str,
        *,
        retry_after: int | None = None,
        location: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message} ({page})")
        self.status = status
        self.code = code
        self.message = message
        self.page = page
        self.retry_after = retry_after
        self.location = location

    def body(self) -> Json:
        """Give the answer's body."""
        inner = {"date": "2026-10-14T12:00:00", "request-id": "standin", "client-request-id": "standin"}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}

    def headers(self) -> dict[str, str]:
        """Give the headers that it has besides."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return headers if self.location is None else {**headers, "Location": self.location}


def bad(message: str, page: str) -> GraphError:
    """Give the refusal of a request that is not as documented."""
    return GraphError(400, "BadRequest", message, page)


def not_found(page: str) -> GraphError:
    """Give the answer for what is not there."""
    message = "The specified object was not found in the store."
    return GraphError(404, "ErrorItemNotFound", message, page)


class LoginError(Exception):
    """An error answer of the login (entra reference-error-codes.md): OAuth's word, and Microsoft's number."""

    def __init__(self, status: int, error: str, number: int, message: str, page: str) -> None:
        super().__init__(f"{status} {error} AADSTS{number}: {message}")
        self.status = status
        self.error = error
        self.number = number
        self.message = message
        self.page = page

    def body(self) -> Json:
        """Give the answer's body."""
        if not self.number:
            return {"error": self.error, "error_description": self.message}
        return {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.message} Trace ID: standin",
            "error_codes": [self.number],
            "timestamp": "2026-10-14 12:00:00Z",
            "trace_id": "standin",
            "correlation_id": "standin",
        }
