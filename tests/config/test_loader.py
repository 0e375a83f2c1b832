"""Loading: layers, origins, and every problem at once with its place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.configuration import Configuration, Origin
from config.loader import load
from config.settings import constraints_of
from engine.errors import ConfigurationError, Problem
from engine.model.constraint import ConstraintLevel, MinGap
from tests.config.options import KINDS, FolderOptions, MailOptions

ALICE = '[users."alice@example.com"]\nname = "Alice"\ntimezone = "America/New_York"\n'
FILES = '[connectors.files]\nkind = "folder"\nuser = "alice@example.com"\npath = "calendars"\nwrite = "."\n'
CONNECTOR = "[users.a]\n[connectors.c]\nuser = 'a'\n"


def loaded(folder: Path, main: str, env: Mapping[str, str] | None = None, **drop_ins: str) -> Configuration:
    write(folder, main, **drop_ins)
    return load(folder / "gatherly.toml", kinds=KINDS, env=env or {})


def problems(
    folder: Path, main: str, env: Mapping[str, str] | None = None, **drop_ins: str
) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, main, env, **drop_ins)
    return caught.value.problems


def write(folder: Path, main: str, **drop_ins: str) -> None:
    (folder / "gatherly.toml").write_text(main)
    if drop_ins:
        (folder / "conf.d").mkdir()
    for name, text in drop_ins.items():
        (folder / "conf.d" / f"{name}.toml").write_text(text)


def test_a_small_configuration(tmp_path: Path) -> None:
    settings = loaded(tmp_path, ALICE + FILES).settings
    alice, files = settings.users["alice@example.com"], settings.connectors["files"]
    assert (alice.id, alice.email, alice.name) == ("alice@example.com", "alice@example.com", "Alice")
    assert (files.user_id, files.zone, files.interval, files.write) == (
        "alice@example.com",
        "America/New_York",
        300,
        ".",
    )
    assert files.options == FolderOptions(path=tmp_path / "calendars")


def test_what_a_connector_says_itself_wins_over_its_users_and_the_general(tmp_path: Path) -> None:
    text = ALICE + 'id = "u1"\n[sync]\nevery = "1h"\n' + FILES + 'tz = "Asia/Tokyo"\nevery = "10m"\n'
    files = loaded(tmp_path, text).settings.connectors["files"]
    assert (files.user_id, files.zone, files.interval) == ("u1", "Asia/Tokyo", 600)


def test_relative_paths_count_from_the_configurations_folder(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "").settings
    assert settings.store.url == f"sqlite:///{tmp_path}/gatherly.db"
    assert settings.secrets.key_file == tmp_path / "gatherly.key"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////var/lib/gatherly/g.db"])
def test_stores_that_are_no_relative_file_stay_as_written(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f'[store]\nurl = "{url}"\n').settings.store.url == url


def test_another_source_of_the_key_leaves_no_key_file(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, '[secrets]\ncredential = "gatherly.key"\n').settings.secrets
    assert (secrets.key_file, secrets.credential) == (None, "gatherly.key")


GAP = '[[users."alice@example.com".rules]]\nconstraint_level = "hard"\n'


def test_rules_are_read_as_their_users_own(tmp_path: Path) -> None:
    text = ALICE + GAP + 'rule = { type = "min_gap_minutes", minutes = 30 }\n'
    rules = constraints_of(loaded(tmp_path, text).settings)
    assert [(rule.user, rule.rule) for rule in rules] == [("alice@example.com", MinGap(30))]


def test_a_rule_that_cannot_be_read_is_named_with_its_place(tmp_path: Path) -> None:
    text = ALICE + GAP + 'rule = { type = "min_gap_minutes", minutes = "half an hour" }\n'
    with pytest.raises(ConfigurationError, match=r'users."alice@example.com".rules.0.*minutes'):
        loaded(tmp_path, text)


NOISE = 'rule = { type = "custom", name = "quiet" }\n'


@pytest.mark.parametrize(
    "text",
    [ALICE + GAP + NOISE, f'[rules.quiet]\nlevel = "hard"\n{NOISE}'],
    ids=["a user's", "for everybody"],
)
def test_a_rule_that_nothing_checks_cannot_claim_to_block(tmp_path: Path, text: str) -> None:
    """What is forbidden would be offered: nobody asks such a rule."""
    with pytest.raises(ConfigurationError, match="Make it soft"):
        loaded(tmp_path, text)


def test_a_soft_rule_that_nothing_checks_is_kept(tmp_path: Path) -> None:
    (rule,) = constraints_of(loaded(tmp_path, ALICE + GAP.replace("hard", "soft") + NOISE).settings)
    assert rule.level is ConstraintLevel.SOFT


def test_drop_ins_are_merged_deeply_in_name_order(tmp_path: Path) -> None:
    configuration = loaded(
        tmp_path,
        '[sync]\nevery = "5m"\nhorizon = "30d"\n',
        b_late='[sync]\nevery = "20m"\n',
        a_early='[sync]\nevery = "10m"\nmax_age = "1h"\n',
    )
    sync = configuration.settings.sync
    assert (sync.every, sync.horizon, sync.max_age) == (1200, 30 * 86400, 3600)
    assert configuration.origins["sync", "every"] == Origin(str(tmp_path / "conf.d" / "b_late.toml"), 2)
    assert configuration.origins["sync", "horizon"] == Origin(str(tmp_path / "gatherly.toml"), 3)
    assert ("sync", "on_stale") not in configuration.origins


def test_the_environment_wins_over_files_and_knows_names_that_it_cannot_spell(tmp_path: Path) -> None:
    env = {
        "GATHERLY_SYNC__EVERY": "1m",
        "GATHERLY_USERS__ALICE_EXAMPLE_COM__BUFFER_MINUTES": "15",
        "GATHERLY_CONNECTORS__FILES__READ": '["a", "b"]',
        "GATHERLY_CONNECTORS__FILES__ALLOW_PRIVATE_NETWORK": "true",
        "GATHERLY_CONFIG": "not a value of the file",
        "PATH": "/bin",
    }
    configuration = loaded(tmp_path, ALICE + FILES, env)
    settings = configuration.settings
    assert settings.sync.every == 60
    assert settings.users["alice@example.com"].buffer_minutes == 15
    assert settings.connectors["files"].read == ("a", "b")
    assert settings.connectors["files"].allow_private_network is True
    assert configuration.origins["sync", "every"] == Origin("environment")


def test_credentials_named_like_variables_are_values(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "GATHERLY_CONNECTORS__FEED__URL").write_text("https://example.com/secret.ics\n")
    (credentials / "gatherly.key").write_text("not a value of the file")
    text = ALICE + '[connectors.feed]\nkind = "feed"\nuser = "alice@example.com"\n'
    configuration = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": str(credentials)})
    options = dict(configuration.settings.connectors["feed"].options)
    assert options["url"].get_secret_value() == "https://example.com/secret.ics"
    assert configuration.origins["connectors", "feed", "url"] == Origin("credentials")


def test_every_problem_is_told_at_once_with_file_line_key_and_what_would_be_right(tmp_path: Path) -> None:
    text = (
        '[sync]\nevrey = "5m"\nhorizon = 60\n'
        '[sessions]\nconfirm = "everybody"\n'
        '[users.bob]\ntimezone = "Europe/Berln"\n'
        'working_hours = { start = "nine", end = "17:00", days = ["mondy"] }\n'
        '[connectors.home]\nkind = "server"\nuser = "carol"\nusernam = "bob"\nurl = "https://example.com"\n'
        '[connectors.other]\nkind = "exchange"\nuser = "bob"\n[strange]\nkey = 1\n'
    )
    told = {(found.line, found.key, found.right) for found in problems(tmp_path, text)}
    assert told == {
        (2, "sync.evrey", "did you mean 'every'?"),
        (3, "sync.horizon", 'write a number and s, m, h, d or w, like "5m"'),
        (5, "sessions.confirm", "write 'host', 'all' or 'auto'"),
        (7, "users.bob.timezone", 'did you mean "Europe/Berlin"?'),
        (8, "users.bob.working_hours.start", 'write it as "HH:MM", like "09:00"'),
        (8, "users.bob.working_hours.days.0", 'did you mean "monday"?'),
        (9, "connectors.home.username", "add it"),
        (11, "connectors.home.user", "add [users.carol]; known: bob"),
        (12, "connectors.home.usernam", "did you mean 'username'?"),
        (15, "connectors.other.kind", "known here: email, feed, folder, server"),
        (17, "strange", "did you mean 'store'?"),
    }
    assert {found.file for found in problems(tmp_path, text)} == {str(tmp_path / "gatherly.toml")}


def test_a_secret_is_never_repeated_in_a_problem(tmp_path: Path) -> None:
    server = '[connectors.s]\nkind = "server"\nuser = "a"\nurl = "u"\nusername = "n"\n'
    (found,) = problems(tmp_path, "[users.a]\n" + server + "password = 271828\n")
    assert found.key == "connectors.s.password"
    assert "271828" not in str(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("sync = 5\n", "is not a table"),
        ("users = 5\n", "is not a table"),
        ("[users]\nalice = 5\n", "is not a table"),
        ("[users.a]\n[connectors]\nfiles = 5\n", "is not a table"),
        ("[users.a]\n[connectors.c]\nuser = 'a'\n", "is missing"),
        ("[users.a]\n[connectors.c]\nkind = 5\nuser = 'a'\n", "5 is not a text"),
        ("[users.a]\nbuffer_minutes = -1\n", "-1 is not right"),
        ("[users.a]\nbuffer_minutes = 1.5\n", "1.5 is not a whole number"),
        ("[users.a]\nrules = 'none'\n", '"none" is not a list'),
        ("[users.a]\nid = 'x'\n[users.x]\n", "'x' is the id of 'a' too"),
        ("[secrets]\nkey_file = 'k'\ncredential = 'c'\n", "key_file and credential are given"),
        (CONNECTOR + "kind = 'folder'\npath = '.'\nread = 'x'\n", '"x" is not a list'),
        (CONNECTOR + "kind = 'feed'\nurl = 'u'\nurl_file = 'f'\n", "is given beside url"),
        (CONNECTOR + "kind = 'feed'\nwrite = 'x'\n", '"x" is not a choice'),
        (CONNECTOR + "kind = 'feed'\nurl_command = []\n", "[] is empty"),
        (CONNECTOR + "kind = 'feed'\n[[connectors.c.more]]\nx = 1\n", "is not a known key"),
    ],
)
def test_one_problem_each(tmp_path: Path, text: str, wrong: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.wrong == wrong
    assert found.line is not None


def test_a_user_has_one_connector_that_is_written_to_beside_email(tmp_path: Path) -> None:
    mail = '[connectors.mail]\nkind = "email"\nuser = "alice@example.com"\nfrom = "g@x.org"\nwrite = "x"\n'
    settings = loaded(tmp_path, ALICE + FILES + mail).settings
    assert settings.connectors["mail"].options == MailOptions.model_validate({"from": "g@x.org"})
    (found,) = problems(tmp_path, ALICE + FILES + FILES.replace("files", "more"))
    assert (found.line, found.key) == (13, "connectors.more.write")
    assert "written to by 'files' already" in found.wrong


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"does not exist; give the right file with -c"):
        load(tmp_path / "gatherly.toml", kinds=KINDS, env={})


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "gatherly.toml").write_bytes(b'name = "J\xfcrgen"\n')
    with pytest.raises(ConfigurationError, match="is not UTF-8 text"):
        load(tmp_path / "gatherly.toml", kinds=KINDS, env={})


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[sync]\n\nevery = 5m\n", 3, "sync.every"),
        ("[users.a]\nname = 'A'\nname = 'B'\n", 3, "users.a.name"),
        ("[sync\nevery = '5m'\n", 1, "syntax"),
        ('[users.a]\nname = """\nnever closed\n', 2, "users.a.name"),
    ],
)
def test_broken_toml_is_told_with_line_and_key(tmp_path: Path, text: str, line: int, key: str) -> None:
    (found,) = problems(tmp_path, text)
    assert (found.line, found.key) == (line, key)
    assert found.wrong.startswith("is not TOML: ")


@pytest.mark.parametrize(
    ("text", "line", "right"),
    [
        ("[sync]\nevery = '5m'\n[users.a]\n[sync]\n", 4, "put its keys together under the first"),
        ("[sync]\nevery = '5m'\nevery = '6m'\n", 3, "leave one of the two"),
        ("[users.a]\nname = 'A'\n[[users]]\n", 3, "one pair of brackets"),
        (
            "[users.a]\n[users.a.working_hours]\n[users.a]\nname = 'A'\n[users.a]\n",
            3,
            "put its keys together",
        ),
        ("[users.ann@example.com]\nname = 'A'\n", 1, '[users."ann@example.com"]'),
        ("[users.Ann Marlow]\n", 1, "in quotes"),
        ("[users.a]\nname = “Ann”\n", 2, "straight quotes"),
        ("[firestore]\nlisten = True\n", 2, "true or false"),
        ("[firestore]\nlisten = yes\n", 2, "true or false"),
        ('[connectors.a]\npath = "C:\\Users\\a"\n', 2, "a backslash is nothing but itself"),
        ("[users.a]\nworking_hours = {\n start = '09:00',\n}\n", 2, "in one line"),
        ("[sync]\nevery = 5m\n", 2, "write key = value, with texts in quotes"),
    ],
)
def test_usual_mistakes_have_their_own_remedy(tmp_path: Path, text: str, line: int, right: str) -> None:
    (found,) = problems(tmp_path, text)
    assert (found.line, found.wrong[:13]) == (line, "is not TOML: ")
    assert right in found.right


def test_problems_of_the_environment_stop_the_start(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "", {"GATHERLY_SYNC__EVERY": "often"})
    assert (found.file, found.line, found.key) == ("environment", None, "sync.every")


def test_a_broken_main_file_tells_what_is_wrong_in_the_drop_ins_too(tmp_path: Path) -> None:
    told = problems(tmp_path, "[sync]\nevery = 1\n", one="[booking]\non_moved = 'x'\n", two="[[[\n")
    assert {(Path(found.file).name, found.line) for found in told} == {
        ("gatherly.toml", 2),
        ("one.toml", 2),
        ("two.toml", 1),
    }
