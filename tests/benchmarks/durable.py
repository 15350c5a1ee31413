"""POSTs a second that are answered when they are durable, beside an application that keeps nothing.

The servers are processes of their own and are up all the time; one sender floods them in turn, so that all get the
same machine. The listener is ``callmon listen`` as it is, on a new journal. Three more tell what sets it limits: the
same on a journal that keeps nothing, and bare applications that flush what came to a plain file, or put it into SQLite.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import BenchmarkError, Figure
from tests.benchmarks.processes import CONSOLE, cpu_s, program, scratch

CONNECTIONS = (1, 8, 64)
_JUDGED = 64
_BUDGET = 0.5


def measure(*, quick: bool = False) -> list[Figure]:
    """A ratio for each number of connections."""
    return rounds(*((1, 0.7) if quick else (5, 1.0)))


def rounds(count: int, seconds: float, numbers: Sequence[int] = CONNECTIONS) -> list[Figure]:
    """So many rounds of so many seconds for each server and number of connections."""
    with scratch() as home, ExitStack() as running:
        listen = ("listen", "--journal", str(home / "j.db"), "--listen", "127.0.0.1:0")
        commands = {
            "empty": (sys.executable, "-m", "tests.benchmarks.empty_server"),
            "unkept": (sys.executable, "-m", "tests.benchmarks.unkept_server"),
            "file": (sys.executable, "-m", "tests.benchmarks.bare_server", "file"),
            "rows": (sys.executable, "-m", "tests.benchmarks.bare_server", "rows"),
            "durable": (*CONSOLE, *listen),
        }
        servers = {}
        for name, command in commands.items():
            server = running.enter_context(program(*command, home=home))
            servers[name] = (server, port_of(server.stderr if name == "durable" else server.stdout))
        for _, port in servers.values():
            flood(home, port, 8, seconds / 3)
        figures = []
        for connections in numbers:
            rates: dict[str, list[float]] = {name: [] for name in servers}
            for _ in range(count):
                for name, (_, port) in servers.items():
                    rates[name].append(flood(home, port, connections, seconds)["per_s"])
            figures += _ratios(connections, rates)
        return [*figures, *_cost(home, servers, seconds)]


def flood(home: Path, port: int, connections: int, seconds: float, authorization: str = "") -> dict[str, float]:
    """What the sender found. Raises `BenchmarkError` if a request was refused."""
    arguments = ("flood", str(port), str(connections), str(seconds), *([authorization] if authorization else []))
    with program(sys.executable, "-m", "tests.benchmarks.load", *arguments, home=home) as sender:
        out, err = sender.communicate()
    if sender.returncode:
        raise BenchmarkError(f"the sender failed: {err[-500:]}")
    result: dict[str, float] = json.loads(out)
    if result["refused"]:
        raise BenchmarkError(f"{result['refused']} requests were not accepted")
    return result


def cost(home: Path, pid: int, port: int, seconds: float, authorization: str = "") -> tuple[float, float]:
    """What a request at 64 connections costs a server in CPU time, in microseconds; and the p99 of its answers, in ms.

    CPU time wanders less than the rate on a machine that is shared.
    """
    before = cpu_s(pid)
    result = flood(home, port, _JUDGED, seconds, authorization)
    return (cpu_s(pid) - before) / (result["per_s"] * seconds) * 1e6, result["p99_ms"]


def port_of(pipe: object) -> int:
    """The port that a server has printed there."""
    assert hasattr(pipe, "readline")
    line = str(pipe.readline())
    found = re.search(r"(\d+)(?:/api/calls)?$", line.strip())
    if found is None:
        raise BenchmarkError(f"a server did not start: {line}")
    return int(found[1])


def _ratios(connections: int, rates: dict[str, list[float]]) -> list[Figure]:
    limit = _BUDGET if connections == _JUDGED else None
    return [
        _ratio(f"durable POSTs, {connections} connections", rates["durable"], rates["empty"], limit),
        _ratio(f"POSTs that are not kept, {connections} connections", rates["unkept"], rates["empty"]),
        _ratio(f"POSTs flushed to a plain file, {connections} connections", rates["file"], rates["empty"]),
        _ratio(f"POSTs as bare rows of SQLite, {connections} connections", rates["rows"], rates["empty"]),
    ]


def _ratio(name: str, ours: list[float], empty: list[float], limit: float | None = None) -> Figure:
    """The median of the rounds' ratios: what disturbs the machine for a while disturbs both of a round."""
    ratio = median(one / other for one, other in zip(ours, empty, strict=True))
    beside = f"{median(ours):,.0f}/s beside {median(empty):,.0f}/s of an empty application"
    return Figure(name, ratio, "x", limit, at_least=True, beside=beside)


def _cost(home: Path, servers: dict[str, tuple[subprocess.Popen[str], int]], seconds: float) -> list[Figure]:
    found = {name: cost(home, process.pid, port, seconds) for name, (process, port) in servers.items()}
    (cpu_us, p99_ms), (empty_us, empty_ms) = found["durable"], found["empty"]
    beside = (
        f"{empty_us:.0f} µs of an empty application, {found['unkept'][0]:.0f} µs if it is not kept, "
        f"{found['file'][0]:.0f} µs to flush it to a plain file, {found['rows'][0]:.0f} µs as a bare row of SQLite"
    )
    return [
        Figure("durable POST, CPU a request", cpu_us, "µs", beside=beside),
        Figure("durable POST, p99 at 64", p99_ms, "ms", beside=f"{empty_ms:.1f} ms"),
    ]
