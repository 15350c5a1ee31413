"""Programs under measurement: started in a session of their own, gone with the benchmark. Linux only (/proc)."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSOLE = (sys.executable, "-m", "callmon")

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for a journal; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="callmon-benchmark-") as name:
        yield Path(name)


def environment(home: Path, **more: str) -> Mapping[str, str]:
    """What a program sees: no settings of the user, the same terminal and language on every machine."""
    places = {f"XDG_{kind}_HOME": str(home) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **places, **more}


def die_with_parent() -> None:
    """Run in the child: it is killed when the process that started it ends, however that ends (prctl(2))."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def program(*arguments: str, home: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A program with pipes on stdout and stderr, and with more environment variables than the usual ones."""
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(home, **more),
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509  # nothing but one system call
    ) as process:
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def cpu_s(pid: int) -> float:
    """CPU time that a process has used, in seconds, to the clock tick (proc(5): utime + stime)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def rss_mib(pid: int) -> float:
    """Memory that a process has in RAM, in MiB (proc(5): VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
