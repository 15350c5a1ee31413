"""What is exported and imported again, or replayed, gives the same board: also what callmon itself did and missed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callmon.cli.recordings import recorded
from callmon.core.answers import Answer
from callmon.core.hangup import CheckOutcome, HangUpOutcome, Try
from callmon.core.records import CallChecked, FeedChanged, HangUpAnswered, HangUpAsked, Record, encode, kind_of
from callmon.journal.sqlite import SqliteJournal
from callmon.monitor import absorb, now_in
from callmon.ports import Entry, EntryKind, Position, Stored
from callmon.snapshot import Snapshot
from callmon.watch import seen_at
from tests.cli.program import run
from tests.cli.recorded import call_id, caller, ended, entries, notification
from tests.makers import at

HTTP, FILE = "http 127.0.0.1:8765", "file /var/log/ana/calls.jsonl"
ZOE = "zoe@console-1"
"""A name with letters that are no hexadecimal digits: a pseudonym cannot hold it by chance."""
RUN, OTHER = "0123456789ab", "ba9876543210"
LATER = at(100_000)


def write(path: Path, told: Sequence[Entry]) -> None:
    with closing(SqliteJournal.open(path)) as journal:
        journal.submit(told).result()


def told_by(path: Path) -> Snapshot:
    with closing(SqliteJournal.open(path)) as journal:
        return now_in(journal)


def shown(snapshot: Snapshot, now: datetime = LATER) -> tuple[Any, ...]:
    """All that the screen shows of it, doubts among it."""
    seen = seen_at(snapshot, now)
    return (
        sorted(seen.board, key=lambda call: call.index),
        seen.gaps,
        seen.deaf,
        seen.doubts,
        [(key, fed._replace(imported=False)) for key, fed in seen.feeds.items()],
        [(each.at, each.origin, each.reason) for each in seen.rejections],
        (seen.notifications, seen.unparsed, seen.repeated, seen.last_notification, seen.last_entry, seen.quiet_since),
        (seen.rhythm, dict(seen.signs)),
    )


def notified(second: float, body: bytes, **more: Any) -> Entry:
    return Entry(EntryKind.NOTIFICATION, at(second), more.pop("origin", HTTP), body, **{"run": RUN, **more})


def own(second: float, record: Record, origin: str = ZOE) -> Entry:
    return Entry(EntryKind(kind_of(record)), at(second), origin, encode(record))


def fed(second: float, state: str, name: str = HTTP, run_: str = RUN, place: str = "beside the journal") -> Entry:
    return own(second, FeedChanged(name, state, "", run_, place, run_, marks=True), name)


def checked(number: int, answer: Answer, **more: Any) -> CallChecked:
    return CallChecked(call_id(number), CheckOutcome(answer, "Said Ana Ruiz.", **more))


GONE = CheckOutcome(Answer.GONE, "Graph knows no such call.", status=404)
FOUND = json.dumps({"id": call_id(2), "state": "hold", "source": {"identity": {"user": {"displayName": "Ana Ruiz"}}}})
REFUSED = HangUpOutcome(
    Answer.NOT_ALLOWED,
    "No.",
    status=403,
    code="7504",
    scenario_id="of console-1",
    diagnostic='{"ServerInfo":{"RoleInstance":"front.contoso.com"}}',
    tries=(Try("2026-03-02T09:30:00Z", Answer.THROTTLED, 429, request_id="by Night Desk"),),
)
RICH = [
    fed(0, "listening"),
    notified(1, notification(call_id(1), "established", "created", **caller("Ana Ruiz"))),
    notified(1, notification(call_id(2), "established", "created", **caller("Bo"))),
    notified(2, notification(call_id(3), "established", "created")),
    notified(3, notification(call_id(3), "established"), headers={"x-microsoft-skype-message-id": "a"}),
    notified(3, notification(call_id(3), "established"), headers={"x-microsoft-skype-message-id": "a"}),
    notified(4, b"\xff{"),
    own(5, HangUpAsked(call_id(1), "1", ZOE, "stuck since noon")),
    own(6, HangUpAnswered(call_id(1), "1", HangUpOutcome(Answer.ACCEPTED, "Graph accepted the hang-up.", status=204))),
    own(7, CallChecked(call_id(3), GONE)),
    fed(8, "stopped"),
    fed(60, "listening", run_=OTHER),
    notified(61, notification(call_id(4), "established", "created"), run=OTHER),
    own(62, checked(2, Answer.FOUND, state="hold", body=FOUND.encode())),
    own(63, HangUpAsked(call_id(4), "2", "Night Desk", login=ZOE), "Night Desk"),
    own(64, HangUpAnswered(call_id(4), "2", REFUSED), "Night Desk"),
    notified(65, ended(call_id(1)), run=OTHER, late=True),
]


def copied(journal: Path, folder: Path) -> Path:
    """Another journal, into which everything was imported that this one exported."""
    file, other = folder / "export.jsonl", folder / "other.db"
    file.write_text(run("--journal", str(journal), "export").out, encoding="utf-8")
    assert run("--journal", str(other), "import", str(file)).code == 0
    return other


def test_checks_hang_ups_and_gaps_come_along(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    original = told_by(journal)
    assert original.gaps, "or nothing is shown by this"
    assert {doubt.kind for call in seen_at(original, LATER).board if (doubt := call.doubt)}
    other = copied(journal, tmp_path)
    assert shown(told_by(other)) == shown(original)
    again = run("--journal", str(other), "import", str(tmp_path / "export.jsonl"))
    assert f"{len(RICH)} left out" in again.err
    assert len(entries(other)) == len(RICH)


def test_a_replay_shows_the_same_board(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    copied(journal, tmp_path)
    played = recorded(str(tmp_path / "export.jsonl")).entries
    assert played == RICH
    batch = [Stored(Position(str(number)), entry) for number, entry in enumerate(played, 1)]
    assert shown(absorb(Snapshot(), batch).snapshot) == shown(told_by(journal))


def test_an_import_of_an_import_is_the_same_once_more(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    (tmp_path / "b").mkdir()
    first = copied(journal, tmp_path)
    second = copied(first, tmp_path / "b")
    assert entries(second) == entries(first)
    assert shown(told_by(second)) == shown(told_by(journal))


def test_what_was_imported_is_in_the_audit_trail_as_such(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    other = copied(journal, tmp_path)
    write(other, [own(200, HangUpAsked(call_id(2), "3", ZOE))])
    assert run("--journal", str(other), "audit", "--verify", "--json").json["sealed"] == 5
    told = run("--journal", str(other), "audit", "--json").json
    assert [(one["attempt"], one["imported"]) for one in told] == [("1", True), ("2", True), ("3", False)]
    _, first, second, _, here = run("--journal", str(other), "audit").out.splitlines()
    assert f"{ZOE} (imported)" in first
    assert f"Night Desk ({ZOE}, imported)" in second
    assert "imported" not in here


def test_nothing_that_is_imported_speaks_of_an_attempt_made_here(journal: Path) -> None:
    write(journal, RICH[:9])
    forged = own(9, HangUpAnswered(call_id(1), "1", HangUpOutcome(Answer.NOT_ALLOWED, "Forged.", status=403)))
    line = {"kind": forged.kind.value, "at": forged.at.isoformat(), "origin": ZOE, "body": forged.body.decode()}
    run("import", "-", stdin=json.dumps(line).encode())
    (real, false) = run("audit", "--json").json
    assert (real["imported"], real["answer"]) == (False, "accepted")
    assert (false["imported"], false["operator"]) == (True, None)
    assert run("audit", "--verify").code == 0


def test_nobody_may_call_himself_imported() -> None:
    refused = run("--operator", "import x", "audit")
    assert refused.code == 2
    assert "import" in refused.err


def test_feeds_of_another_journal_say_nothing_about_those_of_this_one(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    target = tmp_path / "target.db"
    here = [
        fed(1000, "listening", run_="aaaaaaaaaaaa"),
        notified(1001, notification(call_id(9), "established"), run="aaaaaaaaaaaa"),
    ]
    write(target, here)
    before = told_by(target)
    file = tmp_path / "export.jsonl"
    file.write_text(run("export").out, encoding="utf-8")
    run("--journal", str(target), "import", str(file))
    after = told_by(target)
    assert (after.gaps, after.feeds, after.quiet_since) == (before.gaps, before.feeds, before.quiet_since)


def test_an_imported_feed_does_not_listen_once_one_of_this_journal_does(journal: Path, tmp_path: Path) -> None:
    write(journal, RICH)
    other = copied(journal, tmp_path)
    here = "aaaaaaaaaaaa"
    write(other, [fed(1000, "listening", run_=here), notified(1001, notification(call_id(9), "established"), run=here)])
    write(other, [fed(1002, "stopped", run_=here)])
    known = told_by(other)
    assert [key.name for key in known.feeds] == [HTTP]
    assert [(gap.since, gap.until) for gap in known.gaps][-2:] == [(at(61), at(1001)), (at(1002), None)]


def test_of_one_call_come_its_own_entries_and_when_feeds_listened(journal: Path) -> None:
    write(journal, RICH)
    lines = [json.loads(line) for line in run("export", "--call", call_id(3)).out.splitlines()]
    kinds = [line.get("kind", "notification") for line in lines]
    assert kinds == ["feed", "notification", "notification", "notification", "call-checked", "feed", "feed"]


def test_a_redacted_export_names_nobody_and_tells_the_same_story(journal: Path, tmp_path: Path) -> None:
    early = own(0.5, checked(1, Answer.UNREACHABLE, message="Ana Ruiz at proxy.contoso.com:3128, proxy:8080"))
    write(journal, [early, fed(0, "listening", FILE, place="console-1 3f1c /home/zoe"), *RICH])
    result = run("export", "--redact")
    for secret in ("Ana", "zoe", "console", "contoso", "proxy", "stuck", "Night", "/var/log", "/home"):
        assert secret not in result.out, secret
    file, other = tmp_path / "export.jsonl", tmp_path / "other.db"
    file.write_text(result.out, encoding="utf-8")
    run("--journal", str(other), "import", str(file))
    mine, theirs = told_by(journal), told_by(other)
    assert outline(theirs) == outline(mine)


def outline(snapshot: Snapshot) -> tuple[Any, ...]:
    """What names nobody in it."""
    calls = sorted(snapshot.board, key=lambda call: call.id)
    return (
        [(call.id, call.state, call.ended_at, call.gone, len(call.timeline)) for call in calls],
        [call.hangup and call.hangup.outcome and call.hangup.outcome.answer for call in calls],
        [(gap.since, gap.until, gap.certain, gap.bots) for gap in snapshot.gaps],
    )


NUMBERS = st.integers(1, 3)
ANSWERS = st.sampled_from(Answer)
EVENTS = st.one_of(
    st.builds(
        lambda number, state, run_, late, origin, bot: notified(
            0, notification(call_id(number), state), run=run_, late=late and bool(run_), origin=origin, bot=bot
        ),
        NUMBERS,
        st.sampled_from(["incoming", "established", "terminating"]),
        st.sampled_from(["", RUN, OTHER]),
        st.booleans(),
        st.sampled_from([HTTP, FILE, "stdin"]),
        st.sampled_from(["", "desk"]),
    ),
    st.builds(lambda number: notified(0, ended(call_id(number))), NUMBERS),
    st.builds(
        lambda state, name, run_, place: fed(0, state, name, run_, place),
        st.sampled_from(["listening", "listening", "stopped", "failed", "gone", "back"]),
        st.sampled_from([HTTP, FILE]),
        st.sampled_from(["", RUN, OTHER]),
        st.sampled_from(["", "here", "there"]),
    ),
    st.builds(
        lambda number, attempt: own(0, HangUpAsked(call_id(number), attempt, ZOE)), NUMBERS, st.sampled_from("ab")
    ),
    st.builds(
        lambda number, attempt, answer: own(
            0, HangUpAnswered(call_id(number), attempt, HangUpOutcome(answer, "So it was."))
        ),
        NUMBERS,
        st.sampled_from("ab"),
        ANSWERS,
    ),
    st.builds(lambda number, answer: own(0, checked(number, answer, body=b'{"state": "hold"}')), NUMBERS, ANSWERS),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 0, 1, 30, 2000]), EVENTS), max_size=25))
def test_whatever_happened_the_copy_shows_it(told: list[tuple[int, Entry]]) -> None:
    clock, happened = at(0), []
    for seconds, entry in told:
        clock += timedelta(seconds=seconds)
        happened.append(entry._replace(at=clock))
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "journal.db", happened)
        other = copied(folder / "journal.db", folder)
        now = clock + timedelta(minutes=30)
        assert shown(told_by(other), now) == shown(told_by(folder / "journal.db"), now)
        assert run("--journal", str(other), "audit", "--verify").code == 0
