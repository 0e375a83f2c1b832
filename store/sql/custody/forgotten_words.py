"""Words in which somebody who is forgotten is named: where repositories have sealed them, too."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from engine.ports.vault import Vault
from store.sql.repositories.access import SqlKeptAnswers
from store.sql.repositories.operations import SqlNotifications


def masked_json(text: str, aliases: Mapping[str, str]) -> str:
    """Put in a text as JSON writes it their aliases in the place of names."""
    for name, alias in aliases.items():
        written = re.escape(json.dumps(name, ensure_ascii=False)[1:-1])
        text = re.sub(rf"(?<!\w){written}(?!\w)", alias, text)
    return text


def forget_in_sealed_rows(connection: sa.Connection, vault: Vault, aliases: Mapping[str, str]) -> None:
    """Mask the notices that others were given; an answer that is kept to be repeated goes whole."""
    notices = SqlNotifications(connection, vault)
    for one in notices.every():
        words = json.dumps([one.title, one.message], ensure_ascii=False)
        title, message = json.loads(masked_json(words, aliases))
        if (title, message) != (one.title, one.message):
            notices.put(replace(one, title=title, message=message))
    answers = SqlKeptAnswers(connection, vault)
    for kept in answers.every():
        text = json.dumps(kept.answer, ensure_ascii=False)
        if masked_json(text, aliases) != text:
            answers.delete(kept.id)
