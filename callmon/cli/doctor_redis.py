"""What the doctor looks at in a Redis that has the journal."""

from __future__ import annotations

from collections.abc import Iterator

from callmon.cli.doctor_findings import Finding, Level
from callmon.journal.addresses import RedisAddress
from callmon.journal.opening import RedisTerms, look_at_redis

_MIB = 1 << 20


def redis_journal(address: RedisAddress, terms: RedisTerms) -> tuple[list[Finding], str]:
    """The findings, and the journal's identity if it has one. Raises `callmon.ports.JournalError`."""
    facts = look_at_redis(address, terms)
    told = f"{address}: {facts.entries} entries, {facts.bytes / _MIB:.1f} MiB; it can be read and written."
    if not facts.identity:
        told = f"{address} can be written; there is no journal yet, callmon or callmon listen begins it."
    warnings = [*_memory(facts.policy), *_disk(on_disk=facts.on_disk, synced=facts.synced)]
    return [Finding("journal", Level.OK, told), *warnings], facts.identity


def _memory(policy: str) -> Iterator[Finding]:
    if not policy:
        said = "This Redis does not tell its maxmemory-policy."
        yield Finding("journal", Level.OK, said, "It should be noeviction; see redis.conf, or ask who runs it.")
    elif policy == "noeviction":
        yield Finding("journal", Level.OK, "When memory is short, this Redis refuses and forgets nothing (noeviction).")
    else:
        said = f"When memory is short, this Redis may throw away what it promised to keep (maxmemory-policy {policy})."
        yield Finding("journal", Level.WARNING, said, "Set maxmemory-policy to noeviction.")


def _disk(*, on_disk: bool | None, synced: str) -> Iterator[Finding]:
    if on_disk is False:
        said = "This Redis keeps no append-only file, so what was accepted does not survive its end (appendonly no)."
        yield Finding("journal", Level.WARNING, said, "Set appendonly to yes and appendfsync to always.")
    elif on_disk is None or not synced:
        said = "This Redis does not tell when it writes to its disk (appendonly, appendfsync)."
        yield Finding("journal", Level.OK, said, "Only appendfsync always survives a power cut; ask who runs it.")
    elif synced == "always":
        yield Finding("journal", Level.OK, "What was accepted survives a power cut (appendfsync always).")
    else:
        said = f"A power cut can cost what this Redis accepted last (appendfsync {synced})."
        yield Finding("journal", Level.WARNING, said, "Set appendfsync to always if none of it may be lost.")
