"""How long the console takes from its start to its first paint and to its first rows, beside an empty Textual app.

Both start on the same pty, in turn, with everything warm in the page cache. A full frame is there when as many
characters have come as the screen has cells. The rows are those of 50 calls in the journal. Beside that, what of it
goes into importing what is needed, in the order in which it is: CPU time of a process that does nothing else, and
looks for garbage as seldom as the program does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.benchmarks.console import console
from tests.benchmarks.figures import Figure
from tests.benchmarks.numbered import caller, established_calls, fill
from tests.benchmarks.processes import ROOT, environment, scratch
from tests.benchmarks.terminal import Terminal

CALLS = 50
_IMPORTED = {
    "Python and Textual": "import textual.app",
    "the screen and its commands": "import callmon.cli.console",
    "pydantic": "import pydantic; pydantic.BaseModel, pydantic.SecretStr",
    "the settings, read and judged": "import callmon.settings.loading as s; s.load(s.Settings, {})",
    "journal and listener": "import callmon.cli.console_parts, callmon.feeds.server, callmon.monitor",
}
"""What a start imports, step by step: the first two before the first paint, the others before the first rows."""


def measure(*, quick: bool = False) -> list[Figure]:
    """Medians of rounds."""
    return [*rounds(3 if quick else 15), *imports(3 if quick else 9)]


def rounds(count: int) -> list[Figure]:
    """So many starts of each; one before them does not count.

    The median of the rounds' ratios: what disturbs the machine for a while disturbs both of a round.
    """
    empty, first, rows = [], [], []
    with scratch() as home:
        fill(home / "j.db", established_calls([timedelta(minutes=5)] * CALLS))
        for number in range(count + 1):
            peer, (paint, row) = _empty(home), _console(home / "j.db")
            if number:
                empty.append(peer)
                first.append(paint)
                rows.append(row)
    beside = f"{median(empty) * 1000:.0f} ms of an empty Textual app"
    return [
        Figure("first paint", _ratio(first, empty), "x", 1.4, beside=f"{_ms(first)} beside {beside}"),
        Figure("first rows", _ratio(rows, empty), "x", 2.2, beside=f"{_ms(rows)} beside {beside}"),
    ]


def imports(count: int) -> list[Figure]:
    """Medians of so many processes."""
    marks = ["from callmon.cli import garbage", "garbage.while_starting()", "import json, time", "marks = [0.0]"]
    marks += [f"{step}\nmarks.append(time.process_time())" for step in _IMPORTED.values()]
    script = "\n".join([*marks, "print(json.dumps(marks))"])
    with scratch() as home:
        runs = [_steps(script, home) for _ in range(count + 1)][1:]
    shares = [median(run[place] for run in runs) * 1000 for place in range(len(_IMPORTED))]
    return [
        Figure(f"start, CPU: {name}", share, "ms", beside=f"{share / shares[0]:.2f} x the first")
        for name, share in zip(_IMPORTED, shares, strict=True)
    ]


def _steps(script: str, home: Path) -> list[float]:
    """Seconds of CPU from mark to mark."""
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, check=True
    )
    marks: list[float] = json.loads(ran.stdout)
    return [after - before for before, after in pairwise(marks)]


def _ratio(ours: list[float], peers: list[float]) -> float:
    return median(one / other for one, other in zip(ours, peers, strict=True))


def _ms(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.0f} ms"


def _empty(home: Path) -> float:
    with Terminal([sys.executable, "-m", "tests.benchmarks.empty_app"], home) as terminal:
        return terminal.first_frame() - terminal.started


def _console(journal: Path) -> tuple[float, float]:
    with console(journal) as terminal:
        rows = terminal.wait_for(caller(CALLS - 1).encode())
        return terminal.first_frame() - terminal.started, rows - terminal.started
