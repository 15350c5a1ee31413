"""What a measurement was made on."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path


def measured_on() -> str:
    """A line for people: date, cores, processor, system, Python; it ends with a colon."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with `python -m tests.benchmarks --markdown` on {cores} cores "
        f"({_processor()}, {platform.system()}), Python {platform.python_version()}:"
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        told = ""
    found = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    return " ".join(found[1].replace("(R)", "").replace("Processor", "").split()) if found else platform.machine()
