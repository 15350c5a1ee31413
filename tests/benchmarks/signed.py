"""POSTs a second with one of Graph's signed tokens, beside the same POSTs to a listener that asks nobody who they are.

The keys are fetched once, from a server on loopback, and the token stays the same, as Graph's does for many
notifications. Both listeners are ``callmon listen`` as it is, each on a journal of its own; one sender floods them in
turn.
"""

from __future__ import annotations

from statistics import median

from tests.benchmarks.durable import cost, flood, port_of
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import CONSOLE, program, scratch
from tests.graph.inbound_tokens import APP_ID, key_server, token

CONNECTIONS = 64
_BUDGET = 0.3
_WARM_S = 1.0
"""Within it the keys are fetched."""


def measure(*, quick: bool = False) -> list[Figure]:
    """The ratio of the rates, and the CPU that a token costs."""
    return rounds(*((2, 0.7) if quick else (5, 1.0)))


def rounds(count: int, seconds: float, connections: int = CONNECTIONS) -> list[Figure]:
    """So many rounds of so many seconds for each listener."""
    with scratch() as home, key_server() as keys:
        listen = (*CONSOLE, "listen", "--listen", "127.0.0.1:0", "--journal")
        who = {"CALLMON_VERIFY_SENDER": "true", "CALLMON_CLIENT_ID": APP_ID, "CALLMON_OPENID_URL": keys.url}
        with (
            program(*listen, str(home / "open.db"), home=home) as anybody,
            program(*listen, str(home / "signed.db"), home=home, **who) as signed,
        ):
            bearer = f"Bearer {token()}"
            servers = {"open": (anybody, port_of(anybody.stderr)), "signed": (signed, port_of(signed.stderr))}
            for _, port in servers.values():
                flood(home, port, 8, _WARM_S, bearer)
            rates: dict[str, list[float]] = {name: [] for name in servers}
            for _ in range(count):
                for name, (_, port) in servers.items():
                    rates[name].append(flood(home, port, connections, seconds, bearer)["per_s"])
            costs = {
                name: cost(home, process.pid, port, seconds, bearer)[0] for name, (process, port) in servers.items()
            }
    ratio = median(one / other for one, other in zip(rates["signed"], rates["open"], strict=True))
    beside = f"{median(rates['signed']):,.0f}/s beside {median(rates['open']):,.0f}/s without"
    return [
        Figure(
            f"POSTs with a signed token, {connections} connections", ratio, "x", _BUDGET, at_least=True, beside=beside
        ),
        Figure(
            "POST with a signed token, CPU a request", costs["signed"], "µs", beside=f"{costs['open']:.0f} µs without"
        ),
    ]
