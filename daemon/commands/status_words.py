"""How everything stands, for people: the answer first, then what needs somebody, then the rest in columns."""

from collections.abc import Iterator

from daemon.runtime.doing import DOING
from daemon.terminal.paint import Role, paint
from daemon.terminal.table import table
from daemon.terminal.times import Reader, age, counted, of_place
from engine.model.calendar import ConnectorState
from engine.model.session import SessionStatus
from engine.model.set_aside import SetAside
from engine.operations.budgets import DailyUse
from engine.operations.health import AppDocumentsHealth, ConnectorHealth, Health, LeftCopy, StuckNotice
from engine.operations.liveness import Liveness
from engine.text.plain_text import one_line
from engine.time.span import MINUTE

MARK = {
    ConnectorState.OK: "✓",
    ConnectorState.STALE: "!",
    ConnectorState.DEGRADED: "!",
    ConnectorState.EXPIRED: "×",
    ConnectorState.ERROR: "×",
    ConnectorState.DISABLED: "×",
}
ORDER = "×!✓"
SESSIONS = {
    SessionStatus.PENDING: "open",
    SessionStatus.SCHEDULED: "booked",
    SessionStatus.CANCELLED: "called off",
    SessionStatus.FAILED: "without a time",
}
MOST_NOTICES = 5
MOST_LEFT = 5
LONG = 10 * MINUTE
"""Seconds for which a mail may wait before it needs somebody."""
NOTHING = "Nothing is read, proposed or booked until it runs again:"
START = "systemctl start gatherly   or   gatherly run"


def status_words(health: Health, reader: Reader) -> str:
    """Say how everything stands."""
    needs = list(_needs(health, reader))
    parts = [_answer(health, reader, len(needs))]
    if needs:
        parts.append("\n".join(_need(lines) for lines in needs))
    if needs or not health.ok:
        parts.append(connector_table(health, reader) or "No connector is configured.")
    parts.append("\n".join(_rest(health, reader)))
    return "\n\n".join(parts)


def _answer(health: Health, reader: Reader, needs: int) -> str:
    life = health.daemon.life
    if health.daemon.liveness is Liveness.DIED and life is not None:
        when = reader.when(life.last_seen)
        dead = paint(Role.STRONG, f"No daemon runs. It ended without stopping, {when}.")
        return f"{dead}\n{NOTHING}\n  {paint(Role.ACCENT, START)}"
    if needs:
        first = "1 thing needs you." if needs == 1 else f"{needs} things need you."
        return f"{paint(Role.STRONG, first)} Everything else is in step."
    read = [one.age_seconds for one in health.connectors if one.age_seconds is not None]
    oldest = f", the oldest read {age(max(read))} ago" if read else ""
    number = len(health.connectors)
    count = counted(number, "connector") if number else "No connector is configured"
    return f"{paint(Role.STRONG, 'All is in step.')} {count}{oldest}."


def _needs(health: Health, reader: Reader) -> Iterator[list[str]]:
    """Give what needs somebody, each as its lines."""
    yield from _daemon_needs(health)
    for one in health.connectors:
        if one.state is not ConnectorState.OK:
            yield _connector_needs(health, one, reader)
    if health.writes_stuck:
        stuck = counted(health.writes_stuck, "booking")
        yield [
            f"{stuck} still {'holds' if health.writes_stuck == 1 else 'hold'} a copy that is to go.",
            "gatherly session list shows which; to let one be: gatherly session release ID",
        ]
    for left in health.writes_left[:MOST_LEFT]:
        yield _left_words(left)
    if health.untold is not None and health.untold >= LONG:
        waits = f"Mail has not gone out; the oldest has waited for {age(health.untold)}."
        yield [waits, "It is tried again; gatherly check tries the relay and says what is amiss."]
    for stuck_notice in health.notices_stuck[:MOST_NOTICES]:
        yield [_stuck_words(health, stuck_notice)]
    for aside in health.set_aside:
        yield [f"Set aside: {aside_words(aside)}"]
    for unread in health.unread:
        yield [one_line(f"The copies in {unread.calendar} could not be looked at: {unread.reason}")]
    live = health.live
    if live is not None and (live.trouble or live.troubled):
        troubled = (one_line(f"{document}: {reason}") for document, reason in live.troubled)
        yield [_heard(live, reader), *troubled]


def _left_words(one: LeftCopy) -> list[str]:
    connector, name = one.calendar.connector, one.session[:8]
    be = f"gatherly session release {name}" if one.is_stuck else "gatherly session release, once it is stuck"
    return [
        one_line(f"Session {name} waits for {one.calendar}, and {connector} is in the files no more."),
        one_line(f"Put [connectors.{connector}] back, then gatherly reload. To let the copy be: {be}"),
    ]


def _stuck_words(health: Health, one: StuckNotice) -> str:
    whom = health.names.get(one.user, one.user) if one.user else one.outlet
    through = f" by {one.outlet}" if one.user else ""
    return one_line(f"A notice did not reach {whom}{through}: {one.why}")


def _daemon_needs(health: Health) -> Iterator[list[str]]:
    daemon, life = health.daemon, health.daemon.life
    if life is None or not daemon.is_running:
        return
    if life.refused is not None:
        yield [one_line(f"The daemon goes on with its older configuration: {life.refused}"), "gatherly check"]
    elif not daemon.is_current:
        yield ["The files are newer than what the daemon works with. To have them read:", "gatherly reload"]
    if daemon.silent is not None:
        since = age(daemon.silent)
        yield [f"The daemon runs, but the store has taken nothing from it for {since}; its log says why."]


def _connector_needs(health: Health, one: ConnectorHealth, reader: Reader) -> list[str]:
    read = "" if one.age_seconds is None else f"It was read {age(one.age_seconds)} ago"
    said = one.last_error or "; ".join(one.notes[:2]) or read
    goes_on = one.state is ConnectorState.DISABLED and health.daemon.has_older_files
    state = f"{state_words(one)} in the files as they are" if goes_on else state_words(one)
    lines = [one_line(f"{one.name}: {state}{': ' if said[:1].islower() else '. '}{said}").strip()]
    if goes_on:
        lines.append("The daemon goes on with it as it was until it takes these files.")
    elif one.state in (ConnectorState.EXPIRED, ConnectorState.DISABLED) and one.user:
        lines.append(f"Nobody can be offered a time with {health.names.get(one.user, one.user)} until then.")
    elif one.next_run:
        lines.append(f"It is tried again at {reader.soon(one.next_run)}.")
    return lines


def _need(lines: list[str]) -> str:
    first, *others = lines
    return "\n".join([f"{paint(Role.WAITS, '!')} {first}", *(f"  {line}" for line in others)])


def state_words(one: ConnectorHealth) -> str:
    """Say in plain words how a connector stands."""
    if one.state is ConnectorState.STALE:
        return "not read yet" if one.age_seconds is None else "too old"
    if one.state is ConnectorState.DEGRADED:
        return f"{counted(len(one.notes), 'event')} left out" if one.notes else "emptied, or changed suddenly"
    if one.state is ConnectorState.OK:
        return "held back" if one.held_back else "in step"
    return {
        ConnectorState.EXPIRED: "permission ended",
        ConnectorState.ERROR: "not readable",
        ConnectorState.DISABLED: "switched off",
    }[one.state]


def connector_table(health: Health, reader: Reader) -> str:
    """Set connectors in columns, those in trouble first."""
    ordered = sorted(health.connectors, key=lambda one: ORDER.index(MARK[one.state]))
    rows = [
        (
            MARK[one.state],
            one.name,
            health.names.get(one.user, one.user) if one.user else "-",
            one.kind,
            state_words(one),
            age(one.age_seconds) if one.age_seconds is not None else "-",
            reader.soon(one.next_run) if one.next_run else "-",
            _remark(one, reader),
        )
        for one in ordered
    ]
    return table(("", "connector", "whose", "kind", "state", "read", "next", ""), rows, right=(5, 6))


def _remark(one: ConnectorHealth, reader: Reader) -> str:
    if one.held_back and one.next_run:
        return f"held back until {reader.soon(one.next_run)}: {one.held_back}"
    return "; ".join(one.notes)


def aside_words(one: SetAside) -> str:
    """Say in one line what is set aside, and how to see and free it."""
    return one_line(f"{DOING[one.step]}, {one.name}: {one.reason} (gatherly quarantine show {one.id})")


def _rest(health: Health, reader: Reader) -> Iterator[str]:
    if health.ok and any(one.notes or one.held_back for one in health.connectors):
        yield connector_table(health, reader)
        yield ""
    counts = (f"{count:,} {SESSIONS[status]}" for status, count in health.sessions.items())
    yield f"Sessions  {'   '.join(counts)}"
    if health.writes_pending or health.writes_stuck:
        yield f"Writes    {health.writes_pending} under way   {health.writes_stuck} stuck"
    for held in health.writes_held:
        yield one_line(f"          held back until {reader.soon(held.until)}: {held.why}")
    if health.live is not None:
        yield f"Apps      {_heard(health.live, reader)}; {health.live.pending} to be written"
    for quota in health.quotas:
        yield f"Quota     {_forecast(quota)}"
    yield from _fresh(health)
    yield from _daemon(health, reader)
    release = f"gatherly {health.version}, time zone rules {health.tzdata}"
    yield paint(Role.QUIET, f"          {release}; times are {of_place(reader.zone)}")


def _fresh(health: Health) -> Iterator[str]:
    slo = health.slo
    if slo.fresh_share is not None and slo.p95_age is not None and slo.fresh_share < 1:
        share = f"{slo.fresh_share:.0%} of the calendars"
        yield f"Fresh     {share}; 95 of 100 are read within {age(slo.p95_age)}"


def _daemon(health: Health, reader: Reader) -> Iterator[str]:
    daemon, life = health.daemon, health.daemon.life
    if life is None or daemon.liveness is Liveness.ENDED:
        since = f" since {reader.when(life.last_seen)}" if life is not None else ""
        yield f"Daemon    none runs{since}; what is asked for waits for one: gatherly run"
    elif daemon.is_running:
        files = "with the files as they are" if daemon.is_current else "with older files"
        yield f"Daemon    runs since {reader.when(life.since)} (process {life.pid}), {files}"
    if len(daemon.cluster) > 1:
        yield f"          {len(daemon.cluster)} of them:"
        yield from (f"          {one_line(words)}" for words in _lives(health, reader))


def _lives(health: Health, reader: Reader) -> Iterator[str]:
    for one in health.daemon.cluster:
        claims = health.claims.get(one.id, 0)
        reads = f", reads {claims} now" if claims else ""
        since = reader.when(one.since)
        yield f"{one.host}:{one.pid}  {one.role}, gatherly {one.release}, since {since}{reads}"


def _forecast(one: DailyUse) -> str:
    return f"{one.name}: {one.requests} requests a day as configured, {one.share:.2%} of {one.budget}"


def _heard(live: AppDocumentsHealth, reader: Reader) -> str:
    """Say how in step gatherly is with apps."""
    status = live.listener_status
    if status is None or (not status.listening and status.trouble is None):
        return "nobody listens while the daemon is not running"
    if status.listening:
        return "changes are heard as they happen"
    looked = f"; looked at {reader.when(status.polled_at)}" if status.polled_at else ""
    return one_line(f"changes are not heard: {status.trouble}{looked}")
