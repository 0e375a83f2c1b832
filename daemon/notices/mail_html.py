"""A notice as HTML that mail programs show as meant: tables, styles in the tags, nothing to load.

Mail programs drop style sheets; the one block only adds the dark look for those that read it.
"""

from collections.abc import Iterator
from html import escape

from daemon.notices.content import Button, Card, Content

_FACE = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_DARK = """
    @media (prefers-color-scheme: dark) {
      .paper { background: #131517 !important; }
      .card { background: #1b1e20 !important; border-color: #2d3236 !important; }
      .card.best { border-color: #2f6459 !important; }
      .ink, .may a { color: #eceeed !important; }
      .second { color: #b7bcc0 !important; }
      .third { color: #9aa0a6 !important; }
      .full { background: #72cdbc !important; }
      .rest { background: #2d3236 !important; }
      .go { background: #72cdbc !important; border-color: #72cdbc !important; }
      .go a { color: #06231f !important; }
      .may { background: #1b1e20 !important; border-color: #42494e !important; }
      .link { color: #72cdbc !important; }
    }
"""
_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'


def as_html(content: Content) -> str:
    """Write it as a whole HTML document."""
    return "".join(_document(content))


def _document(content: Content) -> Iterator[str]:
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(content.subject)}</title>\n<style>{_DARK}</style></head>\n"
        '<body class="paper" style="margin:0;padding:0;background:#faf9f6;-webkit-text-size-adjust:100%">\n'
    )
    if content.preview:
        hidden = "display:none;max-height:0;overflow:hidden;mso-hide:all"
        yield f'<div style="{hidden}" aria-hidden="true">{escape(content.preview)}</div>\n'
    yield (
        f'<div role="main"><table {_TABLE} class="paper" width="100%" style="background:#faf9f6">'
        '<tr><td align="center" style="padding:24px 16px 40px">'
        f'<table {_TABLE} width="100%" style="max-width:520px;text-align:left">\n'
    )
    yield _row(_text("ink", "650 16px/24px", "#1c1f22", "gatherly"), "0 0 20px")
    yield _row(_heading(content), "0 0 20px")
    for card in content.cards:
        yield _row(_card(card), "0 0 12px")
    if content.facts:
        yield _row("".join(_fact(name, value) for name, value in content.facts), "0 0 12px")
    for number, button in enumerate(content.buttons):
        yield _row(_button(button, first=number == 0 and not button.aside), "0 0 12px")
    yield _row(_closing(content), "8px 0 0")
    yield "</table></td></tr></table></div></body></html>\n"


def _row(inner: str, padding: str) -> str:
    return f'<tr><td style="padding:{padding}">{inner}</td></tr>\n'


def _text(role: str, font: str, colour: str, text: str, margin: str = "0") -> str:
    style = f"margin:{margin};font:{font} {_FACE};color:{colour}"
    return f'<p class="{role}" style="{style}">{escape(text)}</p>'


def _heading(content: Content) -> str:
    style = f"margin:0;font:600 26px/32px {_FACE};letter-spacing:-0.4px;color:#1c1f22"
    lead = (_text("second", "400 16px/24px", "#50555b", one, "8px 0 0") for one in content.lead)
    return f'<h1 class="ink" style="{style}">{escape(content.heading)}</h1>{"".join(lead)}'


def _card(card: Card) -> str:
    best = " best" if card.best else ""
    edge = "#a9d2ca" if card.best else "#e7e3db"
    style = f"border:1px solid {edge};border-radius:12px;background:#ffffff"
    parts = [
        _text("second", "500 15px/20px", "#50555b", card.day),
        _text("ink", "600 22px/30px", "#1c1f22", card.clock),
        _text("third", "400 14px/20px", "#666a70", card.beside, "2px 0 0") if card.beside else "",
    ]
    rows = f'<tr><td style="padding:16px 20px 4px">{"".join(parts)}</td></tr>'
    if card.share is not None:
        rows += f'<tr><td style="padding:8px 20px 4px">{_bar(card.share)}{_share(card)}</td></tr>'
    if card.button is not None:
        button = _button(card.button, first=card.best)
        rows += f'<tr><td style="padding:8px 20px 16px">{button}</td></tr>'
    return f'<table {_TABLE} class="card{best}" width="100%" style="{style}">{rows}</table>'


def _bar(share: int) -> str:
    """Draw a share of a line, without any picture."""
    full, rest = max(1, min(99, share)), 100 - max(1, min(99, share))
    common = "height:6px;line-height:6px;font-size:0"
    return (
        f'<table {_TABLE} width="100%"><tr>'
        f'<td class="full" width="{full}%" height="6" bgcolor="#0f6a5e"'
        f' style="{common};background:#0f6a5e;border-radius:3px 0 0 3px">&nbsp;</td>'
        f'<td class="rest" width="{rest}%" height="6" bgcolor="#f3f1ec"'
        f' style="{common};background:#f3f1ec;border-radius:0 3px 3px 0">&nbsp;</td></tr></table>'
    )


def _share(card: Card) -> str:
    style = f"margin:6px 0 0;font:400 14px/20px {_FACE};color:#50555b"
    number = f'<b class="ink" style="color:#1c1f22">{card.share} %.</b>'
    return f'<p class="second" style="{style}">{number} {escape(card.why)}</p>'


def _fact(name: str, value: str) -> str:
    style = f"margin:0 0 4px;font:400 16px/24px {_FACE};color:#50555b"
    strong = f'<b class="ink" style="color:#1c1f22">{escape(name)}:</b>'
    return f'<p class="second" style="{style}">{strong} {escape(value)}</p>'


def _button(button: Button, *, first: bool) -> str:
    role, ground, edge, ink = (
        ("go", "#0f6a5e", "#0f6a5e", "#ffffff") if first else ("may", "#ffffff", "#d5d0c5", "#1c1f22")
    )
    style = f"display:block;padding:12px 16px;font:600 16px/20px {_FACE};color:{ink};text-decoration:none"
    cell = f"border-radius:8px;background:{ground};border:1px solid {edge}"
    link = f'<a href="{escape(button.url)}" style="{style}">{escape(button.label)}</a>'
    return (
        f'<table {_TABLE} width="100%"><tr>'
        f'<td class="{role}" align="center" bgcolor="{ground}" style="{cell}">{link}</td></tr></table>'
    )


def _closing(content: Content) -> str:
    links = " &#183; ".join(_link(one) for one in content.small)
    style = f"margin:0;font:400 15px/24px {_FACE};color:#50555b"
    small = f'<p class="second" style="{style}">{links}</p>' if links else ""
    words = " ".join(escape(one) for one in content.closing)
    if content.quiet:
        words += f" {_link(Button('No more mails like this', content.quiet))}."
    style = f"margin:20px 0 0;font:400 13px/20px {_FACE};color:#666a70"
    return f'{small}<p class="third" style="{style}">{words}</p>'


def _link(button: Button) -> str:
    style = "color:#0f6a5e"
    return f'<a class="link" href="{escape(button.url)}" style="{style}">{escape(button.label)}</a>'
