"""What is known of a call besides its state and times: facts with their labels, and everybody on its roster.

Whatever came from the feed is made harmless here (`callmon.core.text.visible`).
"""

from __future__ import annotations

from callmon.core.calls import Call, Identity, Participant
from callmon.core.roster import headcount
from callmon.core.text import dated, short_id, visible


def roster(call: Call) -> tuple[tuple[str, str], ...]:
    """Everybody on the roster, as name and what is special about them; empty if none was sent."""
    return tuple((visible(person.shown), _special(person)) for person in call.roster or ())


def roster_title(call: Call) -> str:
    """How many the roster has, and until when that was so if it has changed since."""
    until = "" if call.roster_changed_at is None else f" until {dated(call.roster_changed_at)}, when it changed"
    return f"Roster{until}: {headcount(call.roster or ())}"


def _special(person: Participant) -> str:
    role = person.identity.role if person.identity else ""
    place = "removed" if person.removed else "in the lobby" if person.in_lobby else ""
    words = [role, place, "muted" if person.muted else ""]
    return visible(", ".join(word for word in words if word))


def facts(call: Call) -> tuple[tuple[str, str], ...]:
    """What is known besides state and times, as label and value; nothing that was never said."""
    known = call.facts
    lines = [
        ("Call id", call.spelled),
        ("Bot", call.bot),
        ("Kind", f"{call.kind}: {call.kind_because}" if call.kind_because else f"{call.kind}: nothing has said yet"),
        ("Direction", known.direction),
        ("From", _identity(known.source)),
        ("To", ", ".join(_identity(target) or "" for target in known.targets) if known.targets else None),
        ("Subject", known.subject),
        ("Meeting", _meeting(call)),
        ("On the call", _roster(call)),
        ("Routed", "; ".join(known.routes) if known.routes else None),
        ("Answered by", _identity(known.answered_by)),
        ("Transferred by", _identity(known.transferor)),
        ("End sent by", _identity(known.termination_sender)),
        ("Reason text", known.termination_reason),
        ("Recording bot", "yes, it observes a participant" if known.recording else None),
        ("Audio", known.media),
        ("Tenant", known.tenant_id),
        ("Chain id", known.chain_id),
        ("Scenario id", known.scenario_id),
    ]
    return tuple((label, visible(value)) for label, value in lines if value)


def _meeting(call: Call) -> str | None:
    if call.facts.organizer:
        return f"organized by {call.facts.organizer.shown}"
    return call.facts.thread_id or call.facts.meeting


def _identity(identity: Identity | None) -> str | None:
    if identity is None:
        return None
    detail = identity.role if identity.shown == identity.id else f"{identity.role} {short_id(identity.id)}"
    return f"{identity.shown} ({detail})" if identity.name or identity.role == "phone" else identity.shown


def _roster(call: Call) -> str | None:
    if call.roster is None:
        return None
    present = [person.shown + (" (muted)" if person.muted else "") for person in call.roster if person.present]
    waiting = [person.shown for person in call.roster if person.in_lobby and not person.removed]
    removed = [person.shown for person in call.roster if person.removed]
    told = [f"{len(present)}: {', '.join(present)}" if present else "nobody"]
    told += [f"{place}: {', '.join(who)}" for place, who in (("in the lobby", waiting), ("removed", removed)) if who]
    if call.roster_changed_at is not None:
        told.append(f"as it was until {dated(call.roster_changed_at)}, when it changed and was not sent whole")
    return "; ".join(told)
