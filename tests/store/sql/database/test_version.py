"""The schema that the code names is the one that migrations lead to."""

from pathlib import Path

from alembic.script import ScriptDirectory

import store.sql
from store.sql.database.opening import newest_revision


def test_the_named_schema_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(store.sql.__file__).with_name("migrations")))
    assert scripts.get_heads() == [newest_revision()]
