"""What a session is about: the message's own words for it."""

from engine.understand.items import Item
from engine.understand.tokens import Line, Phrase, Word, rule
from engine.understand.words import word_set

_GENERIC = frozenset(
    {
        "meeting",
        "call",
        "chat",
        "sync up",
        "catch up",
        "time",
        "meet",
        "talk",
        "word",
        "slot",
        "meetup",
        "meet up",
        "catchup",
    }
    | {
        "something",
        "session",
        "conversation",
        "event",
        "appointment",
        "one",
        "thing",
        "some time",
        "date",
        "discussion",
    }
    | {
        "meetings",
        "other",
        "another",
        "invite",
        "invitation",
        "calendar invite",
        "times",
        "options",
        "place",
        "space",
    }
)
_ADJECTIVES = word_set(
    "a an the our my quick short brief new small long little another one separate some full "
    "regular proper good nice"
    " longer shorter informal half single whole big joint extra spontaneous this that its"
)
_STOP = word_set(
    "i me my we us our you your he she they them it its this that these those there here who "
    "whom which what when where"
    " why how is are am was were be been being do does did done doing have has had having "
    "will would can could should may"
    " might must shall not no and or but if so as at by for from in into of off on onto out "
    "over to up with within"
    " without about after before during until till between per via please thanks thank "
    "kindly pls hi hello hey dear"
    " schedule book set arrange organise organize plan find get put block reserve make fix "
    "need needs want wants wanted"
    " like love let lets help try see meet meeting meets talk speak call sit add invite "
    "include also too just only any"
    " anytime sometime some something someone whenever soon asap then than today tonight "
    "next week weeks day days time"
    " times together okay yes yeah yep sure well actually hmm maybe perhaps possible "
    "possibly another other else instead"
    " separately way all each every both either neither again still already ever never "
    "always more less very really"
    " good great fine best free available busy open works work suits fits looks sounds i'd "
    "min hour hours long sharp"
    " having doing thing things now later earlier early late around roughly slot slots give "
    "lock down squeeze pencil"
    " propose suggest look looking hoping hope think wondering wonder able going go come "
    "join bring ask tell show know"
    " except excluding away sorry oops mean meant around because since while though although "
    "unless once take "
    "takes took taking happen happening grab catch"
    " everyone everybody us weekly daily monthly morning mornings afternoon evening request "
    "start starting begin ideally"
    " preferably rather prefer pls ping ought whichever whatever wherever plus arranged "
    "scheduled organised"
)
_WHERE = rule(
    r"(?:at|in) (?:the |our |my |a )?(?:(?!«|at|in|on|with|for|and|to|about)\S+ )?(?:cafe"
    "|café|office|room|restaurant|bar|pub|library|lobby|park|studio"
    "|hotel|station|canteen|house|gym|campus|building|kitchen|school|hospital|bakery|store"
    r"|shop|airport|street|square)(?: (?:[a-z]|\d{1,4}))?"
    r"(?: (?:on|in|at) (?!«)\S+(?: (?:street|st|road|avenue|square))?(?: \d{1,4})?)?"
    "|(?:on|over|via|by|in|through) (?:zoom|teams|google meet|meet|skype|webex|slack"
    "|the phone|phone|video|person|telephone|facetime)"
)
_QUOTED = rule(r"«Q»")
_TITLED = rule(r"(?:titled|entitled|called|named|title|subject|topic|under the title)(?: it)?(?: is| :)*")
_ABOUT = rule(
    "about|regarding|re :|re|concerning|to discuss|to talk about|to go over|to talk through"
    "|to talk|to review|to plan|to prepare"
    "|to finalise|to finalize|discussing|discuss|on the topic of|on the subject of|for the"
    "|for our|for a|for an|for|on the|on our|on"
)
_NOT_ABOUT = word_set(
    "me us everyone everybody all now sure that this it them him her both zoom teams phone "
    "meet video call person"
    " a while once short notice one today days example instance free time you people minutes "
    "the hour lunchtime calendar diary agenda schedule"
)
_ENDS = word_set(
    ", . ; ! ? ( ) : - with at on by before after between from until please and then for if "
    "when sometime any anytime"
    " some next this in as ideally preferably within during or but around over via so "
    "because about is are would will works"
)
_LEADS = word_set(
    ". : ; schedule book set up arrange organise organize plan block reserve find have grab "
    "put do make hold host"
)
_LONGEST = 12


def read_subject(line: Line[Item]) -> str | None:
    """Give the title that a message names, or None."""
    quoted = [at for at, word in enumerate(line.words) if word.form == "«Q»"]
    if quoted:
        word = line.words[quoted[0]]
        mark = Word("«T»", word.start, word.end)
        line.words = [*line.words[: quoted[0]], mark, *line.words[quoted[0] + 1 :]]
        return line.source(word.start + 1, word.end - 1) or None
    _places_out(line)
    return _titled(line) or _about(line) or _noun(line)


def _places_out(line: Line[Item]) -> None:
    """Take out where it is to be: no field of a reading holds it, and it is no title."""
    for at, end in reversed(_places(line, _WHERE)):
        words = line.words
        line.words = [*words[:at], Word("«X»", words[at].start, words[end - 1].end), *words[end:]]


def _titled(line: Line[Item]) -> str | None:
    for at, end in _places(line, _TITLED):
        stop = end
        while (
            stop < len(line.words)
            and not line.words[stop].is_mark
            and line.words[stop].form not in (".", ";", "!", "?", ",")
        ):
            stop += 1
        if stop > end:
            return _claim(line, at, end, stop)
    return None


def _about(line: Line[Item]) -> str | None:
    for at, end in _places(line, _ABOUT):
        cue = " ".join(word.form for word in line.words[at:end])
        begin = end
        while begin < len(line.words) and line.words[begin].form in (
            "the",
            "our",
            "my",
            "a",
            "an",
            "his",
            "her",
            "their",
        ):
            begin += 1
        stop = begin
        while stop < len(line.words) and stop - begin < _LONGEST and _goes_on(line.words, stop, cue):
            stop += 1
        if stop == begin or (
            cue in ("for", "on", "for a", "for the", "on the", "re", "to talk")
            and line.words[begin].form in _NOT_ABOUT | _STOP
        ):
            continue
        if cue in ("for", "on", "for a", "re") and line.words[begin].form.isdecimal():
            continue
        title = _claim(line, at, begin, stop)
        if title.casefold() not in _GENERIC:
            return title
    return None


def _goes_on(words: list[Word], at: int, cue: str) -> bool:
    word = words[at]
    if word.is_mark:
        return False
    if word.form == "and" and at + 1 < len(words) and not words[at + 1].is_mark:
        return words[at + 1].form not in _STOP and cue not in ("for", "on")
    if (
        word.form in ("for", "in")
        and at + 1 < len(words)
        and not words[at + 1].is_mark
        and cue.endswith(("about", "discuss"))
    ):
        return words[at + 1].form not in _STOP | _NOT_ABOUT
    return word.form not in _ENDS


def _noun(line: Line[Item]) -> str | None:
    """Give the words before the people, or those that follow a verb or a length."""
    runs = _runs(line)
    beside = [run for run in runs if run[1] < len(line.words) and line.words[run[1]].form == "«N»"]
    for start, end in [*beside, *runs]:
        title = line.source(line.words[start].start, line.words[end - 1].end)
        forms = " ".join(word.form for word in line.words[start:end])
        if title.casefold() in _GENERIC or forms in _GENERIC:
            continue
        last = line.words[end - 1]
        line.words = [*line.words[:start], Word("«T»", line.words[start].start, last.end), *line.words[end:]]
        return title
    return None


def _runs(line: Line[Item]) -> list[tuple[int, int]]:
    """Give runs of words that may be a name of something: where each begins and ends."""
    runs = []
    at = 0
    words = line.words
    while at < len(words):
        if not _nominal(words, at):
            at += 1
            continue
        end = at
        while end < len(words) and _nominal(words, end, inside=end > at):
            end += 1
        start = at
        while start < end and words[start].form in _ADJECTIVES:
            start += 1
        if 0 < end - start <= 6 and _stands_as_noun(words, at, start, end):
            runs.append((start, end))
        at = end
    return runs


_INSIDE = word_set("up time meeting call review work planning and start catch day week talk session")


def _stands_as_noun(words: list[Word], at: int, start: int, end: int) -> bool:
    """Whether a run is led by a verb that asks, by an article or the beginning, or stands before people."""
    if at == 0 or start > at or (end < len(words) and words[end].form == "«N»"):
        return True
    return words[at - 1].form in _LEADS or words[at - 1].form[:2] == "«L"


def _nominal(words: list[Word], at: int, *, inside: bool = False) -> bool:
    form = words[at].form
    if words[at].is_mark or not form[0].isalnum() or form.isdecimal():
        return False
    if inside and form in _INSIDE:
        return form != "and" or (
            at + 1 < len(words) and _nominal(words, at + 1) and words[at + 1].form not in _ADJECTIVES
        )
    return form not in _STOP


def _places(line: Line[Item], pattern: Phrase) -> list[tuple[int, int]]:
    joined = line.joined
    out = []
    for found in pattern.compiled.finditer(joined):
        first = joined.count(" ", 0, found.start())
        out.append((first, first + found[0].count(" ") + 1))
    return out


def _claim(line: Line[Item], at: int, begin: int, stop: int) -> str:
    start, end = line.words[begin].start, line.words[stop - 1].end
    line.words = [*line.words[:at], Word("«T»", line.words[at].start, end), *line.words[stop:]]
    return line.source(start, end)
