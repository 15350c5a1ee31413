from __future__ import annotations

import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callmon.cli.exits import ExitCode
from callmon.core import describe
from callmon.core.states import CallState
from callmon.core.widths import cell_width
from callmon.journal.sqlite import SqliteJournal
from callmon.ports import Entry, EntryKind
from tests.cli.program import COMMAND, run, run_program
from tests.cli.recorded import call_id, caller, ended, notification, record
from tests.readme import blocks

CALL_FIELDS = [
    "id",
    "bot",
    "state",
    "kind",
    "direction",
    "source",
    "targets",
    "participants",
    "roster_changed_at",
    "first_seen",
    "established_at",
    "ended_at",
    "duration_s",
    "custom",
    "last_heard",
    "verified",
    "doubt",
    "check",
    "hangup",
    "anomalies",
    "end",
    "termination_sender",
    "termination_reason",
]


@pytest.fixture
def calls(journal: Path) -> Path:
    """1 ended, 2 and 3 live; the ids of 1 and 2 start alike."""
    record(
        journal,
        notification(call_id(0x11), "establishing", "created", **caller("Ana Ruiz")),
        notification(call_id(0x11), "established"),
        notification(call_id(0x12), "incoming", "created", **caller("张伟")),
        ended(call_id(0x11)),
        notification(call_id(0x99), "incoming", "created", **caller("Bo\x1b[2J\u202e")),
        notification(call_id(0x99), "established"),
    )
    return journal


@pytest.mark.usefixtures("calls")
def test_active_calls_are_listed_the_newest_on_top() -> None:
    listed = run("list", "--json").json
    assert [call["id"] for call in listed] == [call_id(0x99), call_id(0x12)]
    assert all(list(call) == CALL_FIELDS for call in listed)
    assert [call["state"] for call in listed] == ["established", "incoming"]


@pytest.mark.usefixtures("calls")
def test_ended_calls_come_after_the_active_ones() -> None:
    listed = run("list", "--all", "--json").json
    assert [call["id"] for call in listed] == [call_id(0x99), call_id(0x12), call_id(0x11)]
    assert listed[-1]["end"]["subcode"] == 5001


@pytest.mark.usefixtures("calls")
def test_the_table_lines_up_and_is_harmless() -> None:
    result = run("list", "--all")
    header, *rows = result.out.splitlines()
    assert header.split() == ["ID", "TIME", "STATE", "KIND", "WHO", "NOTE"]
    assert [row.split()[0] for row in rows] == [call_id(0x99), call_id(0x12), call_id(0x11)]
    assert result.out.replace("\n", "").isprintable()
    note = cell_width(header[: header.index("NOTE")])
    (ended_row,) = [row for row in rows if "Ana Ruiz" in row]
    assert cell_width(ended_row[: ended_row.index("The conversation")]) == note
    (wide,) = [row for row in rows if "张伟" in row]
    assert cell_width(wide[: wide.index("张伟")]) == cell_width(header[: header.index("WHO")])


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("command", [["list", "--all"], ["show", call_id(0x11)]])
def test_signs_are_those_that_the_terminal_has(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    sign = describe.GLYPHS[CallState.TERMINATED]
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert f"{sign} terminated" in run(*command).out
    assert "x terminated" in run(*command, "--ascii").out
    monkeypatch.setenv("LC_ALL", "C")
    assert "x terminated" in run(*command).out


def test_the_settings_may_ask_for_ascii_and_json_stays_as_it_is(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(journal, notification(call_id(0x11), "established", **caller("张伟 → Bo")))
    monkeypatch.setenv("CALLMON_ASCII", "1")
    assert "张伟 > Bo" in run("list").out
    assert "张伟 → Bo" in run("list", "--json").out


def test_a_journal_that_is_not_there_is_not_begun(journal: Path) -> None:
    result = run("list")
    assert result.code == 0
    assert result.out == ""
    assert "There is no journal" in result.err
    assert run("list", "--json").json == []
    assert not journal.exists()


def test_a_journal_that_cannot_be_used_is_a_failure(journal: Path) -> None:
    journal.write_text("this is no database, only text that is long enough to be looked at as one" * 100)
    result = run("list")
    assert result.code == ExitCode.FAILED
    assert result.out == ""
    assert "not even an SQLite database" in result.err


@pytest.mark.usefixtures("calls")
def test_one_call_in_words() -> None:
    result = run("show", call_id(0x11))
    assert result.code == 0
    for text in ("Ana Ruiz", "terminated", "Why it ended", "The conversation ended (200/5001)", "Timeline (UTC)"):
        assert text in result.out
    assert result.out.index("establishing") < result.out.rindex("terminated")


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_the_table_lines_up_also_where_a_name_cannot_be_written(encoding: str) -> None:
    told = run_program("list", "--all", "--columns", "who,id", env={"PYTHONIOENCODING": encoding}).out
    assert ("\\u5f20" in told) is (encoding != "utf-8")
    _, *lines = told.splitlines()
    assert len(lines) == 3
    starts = {cell_width(line[: line.rindex(" ")]) for line in lines}
    assert len(starts) == 1


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("command", [["list", "--json"], ["list", "--all"], ["show", call_id(0x21)]])
def test_an_entry_at_an_end_of_the_calendar_ends_no_reader(journal: Path, command: list[str], at: datetime) -> None:
    with closing(SqliteJournal.open(journal)) as old:
        body = notification(call_id(0x21), "incoming", "created")
        old.append(Entry(EntryKind.NOTIFICATION, at, "import a.jsonl", body))
    assert call_id(0x21) in run(*command).out


@pytest.mark.usefixtures("calls")
def test_hostile_text_is_made_harmless() -> None:
    assert run("show", call_id(0x99)).out.replace("\n", "").isprintable()


@pytest.mark.usefixtures("calls")
def test_one_call_as_json() -> None:
    document = run("show", call_id(0x11), "--json").json
    assert list(document) == [*CALL_FIELDS, "timeline"]
    assert [step["state"] for step in document["timeline"]] == ["establishing", "established", "terminated"]
    assert all({"at", "kind", "state", "change", "text"} <= step.keys() for step in document["timeline"])


@pytest.mark.usefixtures("calls")
def test_the_end_is_told_in_the_language_that_was_asked_for() -> None:
    english = run("show", call_id(0x11), "--json").json["end"]["title"]
    chinese = run("show", call_id(0x11), "--json", "--lang", "zh-CN").json["end"]["title"]
    assert english != chinese


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("typed", ["00000099", call_id(0x99).upper(), call_id(0x99).replace("-", ""), "0000009"])
def test_a_call_is_found_however_its_id_is_written(typed: str) -> None:
    assert run("show", typed, "--json").json["id"] == call_id(0x99)


@pytest.mark.usefixtures("calls")
def test_a_start_that_several_calls_share_names_them() -> None:
    result = run("show", "0000001")
    assert result.code == ExitCode.USAGE
    assert result.out == ""
    assert call_id(0x11) in result.err
    assert call_id(0x12) in result.err


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("typed", ["ffff", "", "\x1b[2J"])
def test_a_call_that_nobody_heard_of(typed: str) -> None:
    result = run("show", typed)
    assert result.code == ExitCode.NO_SUCH_CALL
    assert ("An empty id means no call." in result.err) is (not typed)
    assert result.out == ""
    assert result.err.replace("\n", "").isprintable()


def test_a_reader_that_goes_away_is_no_failure(journal: Path) -> None:
    record(journal, *(notification(call_id(number), "incoming", "created") for number in range(1, 900)))
    with subprocess.Popen([*COMMAND, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.read(1) == b"["
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 0


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", [0x11]),
        ("code:200", [0x11]),
        ("is:active", [0x99, 0x12]),
        ("state:established,incoming !who:bo", [0x12]),
        ("nobody", []),
    ],
)
def test_only_the_calls_that_match_are_listed(text: str, found: list[int]) -> None:
    listed = run("list", "--all", "--filter", text, "--json").json
    assert [call["id"] for call in listed] == [call_id(number) for number in found]


@pytest.mark.usefixtures("calls")
def test_a_filter_that_matches_nothing_says_so() -> None:
    result = run("list", "--filter", "code:200")
    assert (result.code, result.out) == (0, "")
    assert "No active call matches the filter; --all adds the ended." in result.err
    assert "No call matches the filter." in run("list", "--all", "--filter", "nobody").err


@pytest.mark.parametrize("command", ["list", "export"])
@pytest.mark.parametrize("empty", ["is:", "code:", "!", 'who:""'])
def test_a_filter_of_which_a_part_asks_for_nothing_is_wrong_usage(journal: Path, command: str, empty: str) -> None:
    result = run(command, "--filter", f"ana {empty}")
    assert (result.code, result.out) == (ExitCode.USAGE, "")
    assert result.err == (
        f"callmon: --filter: “{empty}” asks for nothing, so it would narrow nothing. Say what it is to match, or leave "
        "it out.\n"
    )


def test_a_filter_that_is_not_understood_is_wrong_usage(journal: Path) -> None:
    result = run("list", "--filter", "stat:hold", "--json")
    assert result.code == ExitCode.USAGE
    assert result.out == ""
    assert "did you mean “state”?" in result.err
    assert not journal.exists()


@pytest.mark.parametrize("command", ["list", "export"])
@pytest.mark.parametrize(("opens", "what"), [('"', "a quote"), ("/", "a regular expression")])
def test_what_is_not_closed_is_wrong_usage(journal: Path, command: str, opens: str, what: str) -> None:
    result = run(command, "--filter", f"who:{opens}ana ruiz state:hold")
    assert (result.code, result.out) == (ExitCode.USAGE, "")
    assert f"{what} is not closed" in result.err
    assert not journal.exists()


@pytest.mark.usefixtures("calls")
def test_one_call_as_a_ticket() -> None:
    result = run("show", "00000011", "--ticket")
    assert result.code == 0
    for text in (f"Call id:             {call_id(0x11)}", "End code/subcode:    200/5001", "Timeline"):
        assert text in result.out
    assert run("show", call_id(0x99), "--ticket").out.replace("\n", "").isprintable()


@pytest.mark.usefixtures("calls")
def test_a_call_is_shown_in_one_form_at_a_time() -> None:
    result = run("show", "00000011", "--ticket", "--json")
    assert result.code == ExitCode.USAGE
    assert result.out == ""


@pytest.mark.usefixtures("calls")
def test_any_column_can_be_what_the_calls_are_listed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(*arguments: str) -> list[str]:
        return [call["id"] for call in run("list", "--all", "--json", *arguments).json]

    first, second, third = call_id(0x11), call_id(0x12), call_id(0x99)
    assert listed("--sort", "id") == [first, second, third]
    assert listed("--sort", "-id") == [third, second, first]
    assert listed("--sort", "heard") == [second, first, third]
    monkeypatch.setenv("CALLMON_SORT", "-heard")
    assert listed() == [third, first, second]
    refused = run("list", "--sort", "oops")
    assert refused.code == ExitCode.USAGE
    assert "“oops” is not an order. Write one of newest, time, state" in refused.err


def test_the_example_of_a_custom_column_is_listed_sorted_filtered_and_given_as_json(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = [block for block in blocks("toml") if "custom_columns" in block]
    (tmp_path / "custom.toml").write_text(example)
    monkeypatch.setenv("CALLMON_CONFIG", str(tmp_path / "custom.toml"))
    monkeypatch.delenv("CALLMON_SORT", raising=False)
    for number, tone in ((0x11, "tone2"), (0x12, "tone1\x1b[2J")):
        record(journal, notification(call_id(number), "established", toneInfo={"sequenceId": 1, "tone": tone}))
    head, *table = run("list", "--columns", "id,tone,state").out.splitlines()
    assert head.split() == ["CALL", "ID", "PRESSED", "STATE"]
    assert [line.split()[:2] for line in table] == [[call_id(0x12), "tone1\\x1b[2J"], [call_id(0x11), "tone2"]]
    assert [call["custom"] for call in run("list", "--json", "--sort", "tone").json] == [
        {"tone": "tone1\x1b[2J"},
        {"tone": "tone2"},
    ]
    assert [call["id"] for call in run("list", "--json", "--filter", "tone:tone2").json] == [call_id(0x11)]
    assert run("show", call_id(0x11), "--json").json["custom"] == {"tone": "tone2"}
    (exported,) = run("export", "--filter", "tone:tone2").out.splitlines()
    assert call_id(0x11) in exported
    refused = run("list", "--columns", "id,oops")
    assert refused.code == ExitCode.USAGE
    assert "--columns: “oops” is not a column. Write some of time, state, who," in refused.err
