"""`/docs`: the interface for people to read, made from its description; nothing is loaded from elsewhere."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>gatherly: the HTTP interface</title></head>
<body><h1>gatherly: the HTTP interface</h1>
<p>{summary} A program sends <code>Authorization: Bearer</code>
and what <code>gatherly token USER</code> prints.
Programs read <a href="/openapi.json">openapi.json</a>.</p>
{groups}</body></html>"""


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Show every route with what it does."""
    document: dict[str, Any] = request.app.openapi()
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation.get("tags", ["other"])[0], []).append(_row(method, path, operation))
    written = "".join(f"<h2>{escape(name)}</h2><dl>{''.join(rows)}</dl>" for name, rows in groups.items())
    summary = escape(document["info"].get("summary", ""))
    return HTMLResponse(PAGE.format(summary=summary, groups=written))


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    what = escape(operation.get("description", operation.get("summary", "")))
    return f"<dt><code>{method.upper()} {escape(path)}</code></dt><dd>{what}</dd>"
