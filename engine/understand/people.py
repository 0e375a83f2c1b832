"""Who is named: names and addresses as written, where a message says that they take part."""

import re
from dataclasses import dataclass, field

from engine.understand.items import Item
from engine.understand.tokens import Line, Word, rule
from engine.understand.words import word_set

_PARTICLES = word_set("de del della der den van von da dos di bin al la le el")
_TITLES = word_set("dr. mr. mrs. ms. prof. st. dr mr mrs ms prof professor doctor")
_SPEAKER = word_set("me i myself us ourselves")
_PRONOUNS = word_set("him her them those")
_GROUPS = word_set("everyone everybody all anyone someone somebody both team group crew folks people guys")
COMMON = word_set(
    "a about after again all also an and another any anybody are as at back be because "
    "before but by call calls can"
    " chat coffee could day dinner do each either else every for friends from get good great "
    "half have her here him"
    " his how i if in instead is it its later let lunch maybe meet meeting more my new next "
    "no not now of off on one or"
    " other our out over people please possible quick regards regret see session so some "
    "somebody someone something"
    " sometime soon still such team than that the their them then there these they this "
    "those time times to today"
    " together tomorrow too two up us via was we week what when where which who will with "
    "within without work you your"
    " zoom teams phone video any everybody everyone anyone both minimum thanks sorry notice "
    "pleasure yes okay only just"
    " first last second third earlier later same me myself himself nothing none neither "
    "respect regard slot option it's"
    " planning review sync budget roadmap standup interview him immediately asap whoever "
    "whom attendees invitees guests"
    " in-person care reference meetings tuesday's effect joy gusto"
)
"""Words that no lower-case name is."""
_NAME_ENDS = frozenset(
    {",", "and", "or", ";", ".", "?", "!", ")", "for", "on", "at", "about", "in", "to", "by", "from"}
)
_STRONG = rule(
    "with|without|between|among|invite|inviting|add|adding|include|including|except|thanks|hi"
    "|hello|hey|dear|cheers"
)
_DROPPED = frozenset(
    {"remove", "drop", "uninvite", "without", "except", "thanks", "hi", "hello", "hey", "dear", "cheers"}
)
_MEDIUM = word_set(
    "meet see call to for get book find plus in remove drop uninvite bring ask having phone "
    "visit interview ring host have"
)
_LISTED = frozenset({",", "and", "or", "plus", "/", "&"})
_NO_NAMES = word_set(
    "i please thanks sorry can could would should meet schedule et pt utc let book plan "
    "arrange set organise organize find need want"
    " is are have add invite include move cancel how what when where also yes no okay sure "
    "hi hey hello dear unfortunately maybe"
    " perhaps actually none neither both any the a an my our we she he they it you this that "
    "these those and or but not if so as"
    " at on in for from to with about after before by until lunch dinner breakfast coffee "
    "meeting call chat reschedule postpone"
    " put push shift bring get grab create make see talk speak great perfect good fine works "
    "there then preferably ideally asap fyi btw eod cob tbd"
    " zoom teams ok pm am est edt cst pst cet gmt ist still just only next"
)
_GREETED = frozenset({"thank", "thanks", "hi", "hello", "hey", "dear", "cheers", "morning", "sorry"})


@dataclass(slots=True)
class People:
    """Who takes part, in the order of the message, and what is unclear about it."""

    names: list[str] = field(default_factory=list)
    groups: int = 0
    problem: str | None = None
    optional: bool = False

    def add(self, name: str) -> None:
        """Take a name down once."""
        if name.casefold() not in (each.casefold() for each in self.names):
            self.names.append(name)


@dataclass(slots=True)
class _List:
    names: list[str]
    end: int
    unclear: str | None = None
    either: bool = False
    speaker: bool = False


def read_people(line: Line[Item], *, known: bool) -> People:
    """Mark everybody who takes part; `known` says that a session is there to which `they` may refer."""
    found = People()
    _greeted(line)
    at = 0
    while at < len(line.words):
        cue = line.words[at]
        parsed = None if cue.is_mark and cue.form != "«N»" else _at_cue(line, at, known=known)
        if parsed is None:
            at += 1
            continue
        _take(line, at, parsed, found)
        at += 1
    return found


def _take(line: Line[Item], at: int, parsed: _List, found: People) -> None:
    cue = line.words[at]
    dropped = cue.form in _DROPPED or (at > 0 and cue.form == "with" and line.words[at - 1].form == "not")
    if not dropped:
        for name in parsed.names:
            found.add(name)
        found.groups += bool(parsed.names) and cue.form in ("with", "between")
        found.problem = found.problem or parsed.unclear
        if parsed.either:
            found.problem = found.problem or "Who of them?"
    last = line.words[parsed.end - 1]
    start = at if cue.form in ("with", "without", "between", "among", "except") else at + 1
    mark = Word("«N»" if not dropped else "«X»", line.words[start].start, last.end)
    line.words = [*line.words[:start], mark, *line.words[parsed.end :]]


def _greeted(line: Line[Item]) -> None:
    """Take out who is greeted or thanked."""
    at = 0
    words = line.words
    while at < len(words) - 1:
        if words[at].form in _GREETED:
            start = at + 1 + (words[at + 1].form in ("you", "so", "again"))
            start += start < len(words) and words[start].form in (",", "much")
            end = _name_end(words, start)
            if end > start:
                words = [*words[:start], Word("«X»", words[start].start, words[end - 1].end), *words[end:]]
        at += 1
    line.words = words


def _at_cue(line: Line[Item], at: int, *, known: bool) -> _List | None:
    words, form = line.words, line.words[at].form
    if _STRONG.compiled.fullmatch(form):
        return _listed(line, at + 1, lower=True, known=known)
    before = words[at - 1].form if at else ""
    if form == "in" and before not in ("loop", "bring", "pull", "rope"):
        return None
    if form == "to" and before not in (
        "talk",
        "speak",
        "chat",
        "spoken",
        "talking",
        "invitation",
        "listen",
        "over",
    ):
        return None
    if form == "have" and before in ("i", "we", "you"):
        return None
    if form in _MEDIUM:
        lower = form in ("meet", "see") and at + 1 < len(words) and _ends_name(words, at + 2)
        return _listed(line, at + 1, lower=lower, known=known)
    if form in _SPEAKER:
        return _after_speaker(line, at, known=known)
    if form in _ASKS or at == 0 or before in (".", ";", "!", "?", ",", ":"):
        return _subject(line, at, known=known)
    return None


def _after_speaker(line: Line[Item], at: int, *, known: bool) -> _List | None:
    """`me and Dana`, `us (me, Cho, Deb)`, `us: Ann and Bo`."""
    after = at + 1
    if after < len(line.words) and line.words[after].form in ("(", ",", "and", "plus", ":", "/"):
        if (
            line.words[after].form in ("(", ":")
            and after + 1 < len(line.words)
            and line.words[after + 1].form in _SPEAKER
        ):
            return None
        return _listed(line, after + 1, lower=False, known=known)
    return None


_ASKS = frozenset({"can", "could", "would", "should", "may", "will", "so", ":", "that", "let"})
_TOGETHER = r"(?:meet|join|see|talk|speak|sit|chat|catch)\b.*\b(?:me|us|up|together|with us)\b|meet\b"
_JOINS = (
    r"(?:would like|wants?|needs?|should|has|have) to (?:meet|see|talk|speak|sit|have)\b.*\b(?:me|us)\b"
    "|(?:should|must|needs? to|has to|have to|will|can|would like to"
    "|wants? to)(?: also)? (?:join|come|attend|be there|be included|be invited|take part"
    r"|participate)\b"
)


def _subject(line: Line[Item], at: int, *, known: bool) -> _List | None:
    """`Can Greta and Hugo meet me`, `Priya wants to talk to us`, `Ann and I need an hour`."""
    start = at + 1 if line.words[at].form in _ASKS else at
    parsed = _listed(line, start, lower=False, known=known, speaker=True)
    if parsed is None or not parsed.names:
        return None
    rest = " ".join(word.form for word in line.words[parsed.end :])
    joined = parsed.speaker or re.match(_JOINS, rest)
    if not joined and (start == at or not re.match(_TOGETHER, rest)):
        return None
    if start == at:
        lead = Word("with", line.words[at].start, line.words[at].start)
        line.words = [*line.words[:at], lead, *line.words[at:]]
        parsed.end += 1
    return parsed


def _ends_name(words: list[Word], at: int) -> bool:
    return at >= len(words) or words[at].is_mark or words[at].form in _NAME_ENDS


def _listed(line: Line[Item], start: int, *, lower: bool, known: bool, speaker: bool = False) -> _List | None:
    """Read a list of people from a place on; None where nobody is named."""
    found = _List([], start)
    at = start
    while at < len(line.words) and len(found.names) < 100:
        end = _one(line, at, found, lower=lower, known=known)
        if end == at:
            break
        found.end = end
        step = _separator(line.words, end)
        if step == end:
            break
        found.either |= any(word.form == "or" for word in line.words[end:step])
        at = step
    else:
        at = found.end
    if found.either and found.end <= start:
        found.either = False
    return found if found.names or found.unclear else None


def _separator(words: list[Word], at: int) -> int:
    end = at
    while end < len(words) and words[end].form in _LISTED and end - at < 2:
        end += 1
    rest = [word.form for word in words[end : end + 3]]
    if rest[:3] == ["as", "well", "as"]:
        return end + 3
    return end + 2 if rest[:2] == ["along", "with"] else end


def _one(line: Line[Item], at: int, found: _List, *, lower: bool, known: bool) -> int:
    """Read one person; gives where they end, or `at`."""
    words = line.words
    word = words[at]
    if word.form in _SPEAKER:
        found.speaker = True
        return at + 1
    if word.form == "either" and at + 1 < len(words):
        found.either = True
        end = _one(line, at + 1, found, lower=lower, known=known)
        return end if end > at + 1 else at
    if word.form == "«A»":
        found.names.append(line.source(word.start, word.end))
        return at + 1
    if word.form in ("my", "our", "the", "all", "both") or (lower and word.form in _GROUPS | _PRONOUNS):
        return _indirect(line, at, found, lower=lower, known=known)
    end = _name_end(words, at)
    if end > at:
        found.names.append(line.source(word.start, words[end - 1].end))
        return end
    if lower and word.form.isalpha() and word.form not in COMMON and _plain_name(words, at):
        found.names.append(line.source(word.start, word.end))
        return at + 1
    return at


def _plain_name(words: list[Word], at: int) -> bool:
    return (
        (len(words[at].form) > 1 and _ends_name(words, at + 1))
        or words[at + 1 : at + 2] == []
        or words[at + 1].form
        in (
            "next",
            "this",
            "sometime",
            "tomorrow",
            "please",
            "as",
            "too",
            "also",
            "if",
            "when",
            "the",
            "some",
            "any",
            "anytime",
            "whenever",
        )
    )


def _indirect(line: Line[Item], at: int, found: _List, *, lower: bool, known: bool) -> int:
    """`my sister Lucy` is Lucy; `the team` is a question."""
    words = line.words
    for ahead in range(at + 1, min(at + 4, len(words))):
        if words[ahead].form == "«A»":
            found.names.append(line.source(words[ahead].start, words[ahead].end))
            return ahead + 1
        end = _name_end(words, ahead)
        if end > ahead:
            found.names.append(line.source(words[ahead].start, words[end - 1].end))
            return end
        if not words[ahead].form.isalpha():
            break
    if not lower:
        return at
    group = [word.form for word in words[at : at + 4]]
    if (
        words[at].form in _PRONOUNS or words[at].form in ("everyone", "everybody", "all", "both", "the")
    ) and known:
        return at
    named = next((n for n, form in enumerate(group) if form in _GROUPS | _PRONOUNS), None)
    if named is None and words[at].form not in ("my", "our"):
        return at
    end = at + (named + 1 if named is not None else 2)
    found.unclear = f"Who is “{line.source(words[at].start, words[min(end, len(words)) - 1].end)}”?"
    return min(end, len(words))


def _name_end(words: list[Word], at: int) -> int:
    """Give where a name in capitals ends that begins here, or `at`."""
    end = at
    if end < len(words) and words[end].form in _TITLES and words[end].capital:
        end += 1
    begin = end
    if (
        end < len(words)
        and words[end].form == "will"
        and (end == 0 or words[end - 1].form in (".", "!", "?"))
    ):
        return at
    while end < len(words) and (_is_name(words[end]) or (end > begin and _particle(words, end))):
        end += 1
    if end == begin:
        return at
    return at if words[end - 1].form.endswith("'s") else end


def _particle(words: list[Word], at: int) -> bool:
    return words[at].form in _PARTICLES and at + 1 < len(words) and _is_name(words[at + 1])


def _is_name(word: Word) -> bool:
    if not word.capital or word.is_mark or not (word.form[0].isalpha()):
        return False
    return word.form not in _NO_NAMES
