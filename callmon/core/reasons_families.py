"""What can be said of a reason that no row knows: by the phone rule, by its family, by the class of its code.

The phone rule is the one that Microsoft's Direct Routing page of 2022 explained: a subcode 5XYZZZ comes from the
PSTN hub, XY names the module that made it, ZZZ is that module's own number and sometimes a SIP response code.
"""

from __future__ import annotations

from dataclasses import dataclass

from callmon.core.reasons_catalogue import Reading, sip_meaning

DERIVED = "derived"
"""The source of a reading that follows from a rule and stands in no table."""
KEEP_THE_CALL_ID = "Keep the call id, the code and the subcode: Microsoft support asks for them."

_PHONE_SUBCODES = range(500_000, 600_000)
_OUTBOUND, _INBOUND = 560, 540
_ROUTING = frozenset({510, 511})

_MODULES = {
    500: ("timers of the phone gateway", "timeout", "network"),
    510: ("Microsoft's routing and user lookup", "service", "client_error"),
    511: ("Microsoft's routing and user lookup", "service", "client_error"),
    531: ("media between Microsoft and the phone side", "network", "network"),
    540: ("an inbound phone call", "pstn", "unknown"),
    549: ("the connection from the SBC, inbound", "network", "network"),
    560: ("the SBC or carrier of an outbound phone call", "pstn", "unknown"),
    569: ("the connection to the SBC, outbound", "network", "network"),
}
_NO_MODULE = ("a module that no source names", "pstn", "unknown")


@dataclass(frozen=True, slots=True)
class _Family:
    subcodes: range
    title: str
    about: str
    ended_by: str = "unknown"
    category: str = "unknown"
    documented: bool = True


# The first family that holds a subcode wins, so a part of a family stands before the whole.
_FAMILIES = (
    _Family(range(3100, 3113), "Client network or media", "network and media set-up of a client", "network", "network"),
    _Family(range(4500, 4522), "Call signalling", "the signalling of a call", documented=False),
    _Family(range(5000, 5031), "Conversation service", "the roster and the end of a conversation"),
    _Family(range(5300, 5318), "Conversation service", "removal from a conversation"),
    _Family(range(5700, 5900), "Joining a conversation", "joining a conversation or room, and the lobby"),
    _Family(range(7500, 7700), "Permission or identity", "permission, tenant and identity", "policy", "client_error"),
    _Family(range(8500, 8700), "Calling-bot platform", "operations of bots and their time-outs"),
    _Family(range(10_315, 10_322), "Delivery to a client or bot", "delivering the call to a client or bot"),
    _Family(range(10_500, 10_554), "Site, recorder or bot", "call site, recorder or bot", documented=False),
    _Family(range(10_000, 11_000), "Call controller", "ringing, reachability and policy", documented=False),
    _Family(range(40_000, 44_000), "Browser client error", "errors inside a browser client, never sent to a bot"),
    _Family(range(301_000, 302_000), "Media path", "media that never connected or was lost", "network", "network"),
)

_CLASSES = {
    2: ("Ended normally", "the call or operation ended without an error", "unknown", "success"),
    3: ("Redirected", "the call was sent on to another address", "service", "expected"),
    4: (
        "Failed on the client's or callee's side",
        "the caller, the client or the callee is the cause",
        "unknown",
        "client_error",
    ),
    5: ("Failed on the server's side", "a server of Microsoft or of the far end failed", "service", "service_error"),
    6: ("Refused everywhere", "the callee refused on every device", "callee", "expected"),
}

_GENERIC = {
    495: Reading(
        title="Token missing or invalid",
        explanation="An access token was missing, expired or not accepted.",
        ended_by="participant",
        category="client_error",
        advice="Check how the client or the bot renews its token.",
        source=DERIVED,
    ),
}


def by_phone_rule(code: int, subcode: int) -> Reading | None:
    """What the digits of a phone subcode say; None for a subcode that is not the PSTN hub's."""
    if subcode not in _PHONE_SUBCODES:
        return None
    prefix, number = divmod(subcode, 1000)
    module, ended_by, category = _MODULES.get(prefix, _NO_MODULE)
    sip = _sip_answer(code, prefix, number)
    if sip is None:
        return Reading(
            title=f"Phone call: reason {subcode}",
            explanation=f"Subcode {subcode} comes from the phone hub: {module}. Its last three digits are that"
            " module's own number, which no source explains.",
            ended_by=ended_by,
            category=category,
            advice=KEEP_THE_CALL_ID,
            source=DERIVED,
        )
    return Reading(
        title=f"{_who_answered(prefix)} SIP {number}: {sip.title}",
        explanation=phone_note(code, subcode),
        ended_by=ended_by,
        category=sip.category,
        advice="Check the number and the log of the SBC or carrier at that time.",
        source=DERIVED,
    )


def phone_note(code: int, subcode: int) -> str:
    """One sentence that reads the SIP response code in a phone subcode; empty if there is none in it."""
    if subcode not in _PHONE_SUBCODES:
        return ""
    prefix, number = divmod(subcode, 1000)
    sip = _sip_answer(code, prefix, number)
    if sip is None:
        return ""
    answer = f"SIP {number} ({sip.title})"
    if prefix == _OUTBOUND:
        return f"Subcode {subcode} reads: outbound phone call, the phone side answered {answer}."
    if prefix == _INBOUND:
        # Sources conflict: for ACS the SBC or operator makes 540 codes, for Direct Routing Microsoft does.
        return f"Subcode {subcode} reads: inbound phone call, ended with {answer} by the phone side or by Microsoft."
    return f"Subcode {subcode} reads: Microsoft's routing and user lookup answered {answer}."


def by_family(subcode: int) -> Reading | None:
    """What the neighbours of a subcode are about."""
    family = next((family for family in _FAMILIES if subcode in family.subcodes), None)
    if family is None:
        return None
    basis = "No source explains this subcode; documented ones near it are about"
    if not family.documented:
        basis = "No source explains this subcode; a guess from those near it is"
    return Reading(
        title=f"{family.title}: reason {subcode}",
        explanation=f"{basis} {family.about}.",
        ended_by=family.ended_by,
        category=family.category,
        advice=KEEP_THE_CALL_ID,
        source=DERIVED,
    )


def by_generic_code(code: int) -> Reading | None:
    """What a code means on its own where the tables have no row for it."""
    return _GENERIC.get(code)


def by_class(code: int) -> Reading | None:
    """What the hundreds of a code say; None outside 200 to 699."""
    known = _CLASSES.get(code // 100)
    if known is None:
        return None
    title, meaning, ended_by, category = known
    return Reading(
        title=title,
        explanation=f"Only the class of the code is known: {code // 100}xx means {meaning}. Code {code} itself is in no"
        " table, and the subcode does not help.",
        ended_by=ended_by,
        category=category,
        advice=KEEP_THE_CALL_ID,
        source=DERIVED,
    )


def _sip_answer(code: int, prefix: int, number: int) -> Reading | None:
    if prefix in {_OUTBOUND, _INBOUND} or (prefix in _ROUTING and number == code):
        return sip_meaning(number)
    return None


def _who_answered(prefix: int) -> str:
    if prefix == _OUTBOUND:
        return "Phone side answered"
    return "Inbound phone call," if prefix == _INBOUND else "Phone routing answered"
