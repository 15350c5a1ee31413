from __future__ import annotations

import tomllib

import pytest

from callmon.core.answers import Answer
from callmon.core.calls import RIVALS_KEPT
from callmon.graph.auth import SignInProblem, StaticToken, Token
from callmon.graph.bots import BotControls, NoAccess
from callmon.graph.control import GraphControl
from callmon.graph.tenants import _KEPT, TenantTokens
from callmon.ports import CallControl, Target
from tests.cli.graph import serving

CALL = "57dab8b1-894c-409a-b240-bd8beae78896"


def test_each_order_goes_out_with_the_token_of_its_own_bot_or_not_at_all() -> None:
    with serving() as graph:
        controls = BotControls(
            {
                "": NoAccess("Nothing is set for the bot without a name."),
                "front-desk": GraphControl(graph.url, StaticToken("front-desk-token")),
                "nights": GraphControl(graph.url, StaticToken("nights-token")),
            }
        )
        control: CallControl = controls
        for bot in ("front-desk", "nights"):
            assert control.why_not(Target(CALL, bot)) == ""
            assert control.hang_up(Target(CALL, bot)).answer is Answer.ACCEPTED
            control.check(Target(CALL, bot))
        for bot in ("", "unknown", "Front-Desk", "front-desk ", "nights\x1b[2J"):
            why_not = control.why_not(Target(CALL, bot))
            assert why_not
            assert why_not.isprintable()
            for outcome in (control.hang_up(Target(CALL, bot)), control.check(Target(CALL, bot))):
                assert (outcome.answer, outcome.sentence) == (Answer.NOT_SIGNED_IN, why_not)
        controls.close()
        used = [request.headers["authorization"] for request in graph.requests]
    assert used == ["Bearer front-desk-token"] * 2 + ["Bearer nights-token"] * 2


def several(applications: dict[str, str], access: str = "days nights dusk") -> BotControls:
    """Bots with applications; those that are not named in `access` have no credentials."""
    bots: dict[str, GraphControl | NoAccess] = {
        "": NoAccess("none"),
        "days": NoAccess("none"),
        "nights": NoAccess("none"),
    }
    for name in access.split():
        bots["" if name == "unnamed" else name] = GraphControl("http://127.0.0.1:9", StaticToken(name))
    return BotControls(bots, applications)


@pytest.mark.parametrize(
    ("first", "rivals", "applications", "access", "may"),
    [
        ("", ("days",), {"days": "A"}, "days", True),
        ("days", ("",), {"days": "A"}, "days", True),
        ("", ("days",), {}, "days", True),
        ("", ("days",), {"": "A", "days": "A"}, "days", True),
        ("", ("days",), {"": "A", "days": "A"}, "unnamed", True),
        ("", ("days",), {"": "A", "days": "A"}, "", False),
        ("", ("days",), {"": "A", "days": "B"}, "unnamed days", False),
        ("", ("days",), {"": "A"}, "unnamed days", False),
        ("", ("lost",), {"days": "A"}, "days", False),
        ("", ("days", "nights"), {"days": "A", "nights": "A"}, "nights", True),
        ("", ("days", "nights"), {"days": "A", "nights": "B"}, "days nights", False),
        ("days", ("nights",), {"days": "A", "nights": "A"}, "nights", True),
        ("days", ("nights",), {"days": "A", "nights": "B"}, "days nights", False),
        ("days", ("nights",), {}, "days nights", False),
        ("days", ("lost",), {"days": "A"}, "days", False),
        ("days", ("nights",) * RIVALS_KEPT, {"days": "A", "nights": "A"}, "days nights", False),
    ],
)
def test_a_call_under_several_names_is_hung_up_only_as_the_one_application_that_all_are(
    first: str, rivals: tuple[str, ...], applications: dict[str, str], access: str, may: bool
) -> None:
    why_not = several(applications, access).why_not(Target(CALL, first, rivals=rivals))
    assert (why_not == "") is may


def test_several_bots_are_named_with_what_to_do() -> None:
    controls = several({"days": "A", "nights": "B"})
    target = Target(CALL, "days", rivals=("", "nights"))
    why_not = controls.why_not(target)
    assert "(days and the one without a name and nights)" in why_not
    assert "the same client_id" in why_not
    assert controls.hang_up(target).sentence == controls.check(target).sentence == why_not


def test_the_token_is_that_of_the_bot_that_has_one() -> None:
    with serving() as graph:
        nights = GraphControl(graph.url, StaticToken("nights-token"))
        controls = BotControls({"": NoAccess("none"), "nights": nights}, {"nights": "A"})
        assert controls.hang_up(Target(CALL, "", rivals=("nights",))).answer is Answer.ACCEPTED
        controls.close()
        assert [request.headers["authorization"] for request in graph.requests] == ["Bearer nights-token"]


def test_an_unknown_bot_is_told_which_there_are() -> None:
    controls = BotControls({"": NoAccess("x"), "nights": NoAccess("y"), "days": NoAccess("z")})
    assert controls.why_not(Target(CALL, "dusk")).endswith("There are tables for days, nights.")


@pytest.mark.parametrize(
    ("bot", "table"),
    [("dusk", "[bots.dusk]"), ("front-desk", "[bots.front-desk]"), ("front.desk", '[bots."front.desk"]')],
)
def test_the_table_that_an_unknown_bot_needs_is_written_as_toml_reads_it(bot: str, table: str) -> None:
    why_not = BotControls({"": NoAccess("x")}).why_not(Target(CALL, bot))
    assert table in why_not
    assert tomllib.loads(f"{table}\n")["bots"] == {bot: {}}


class Made:
    """A source that remembers for whom it was made."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def token(self, *, fresh: bool = False) -> Token | SignInProblem:
        return Token(self.tenant)


def test_tokens_of_many_tenants_do_not_fill_the_memory() -> None:
    made: list[str] = []

    def make(tenant: str) -> Made:
        made.append(tenant)
        return Made(tenant)

    tokens = TenantTokens(Made("home"), make)
    names = [f"t{number}.example" for number in range(_KEPT + 5)]
    for name in (*names, names[-1], names[0]):
        source = tokens.of(name)
        assert isinstance(source, Made)
        assert source.tenant == name
    assert made == [*names, names[0]]
    assert len(tokens._sources) == _KEPT
