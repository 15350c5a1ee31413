"""Which texts in a notification may be passed on as they are: the fields that name nobody, and what stands in them.

By the `call`, `participant`, `commsOperation` and `resultInfo` resources of Microsoft Graph and recorded notifications.
"""

from __future__ import annotations

import re

_WORDS = frozenset(
    {
        "audio",
        "callstate",
        "changetype",
        "code",
        "completionreason",
        "direction",
        "endpointtype",
        "identityprovider",
        "languageid",
        "mediatype",
        "meetingrole",
        "ms-teams-region",
        "participationmethod",
        "presentedmodalitytypes",
        "recordingstatus",
        "region",
        "requestedmodalities",
        "routingtype",
        "sequenceid",
        "sourceid",
        "state",
        "status",
        "subcode",
        "tone",
        "x-microsoft-skype-caller-region",
    }
)
"""Fields and headers, in lower case, that hold words of a vocabulary or small numbers."""
_IDS = frozenset(
    {
        "callchainid",
        "callid",
        "client-request-id",
        "replacescallid",
        "scenario-id",
        "x-microsoft-skype-chain-id",
        "x-microsoft-skype-message-id",
        "x-microsoft-skype-original-message-id",
    }
)
"""Those that hold the id of a call, a chain or a request; none is of a person."""
NUMBERS = frozenset({"code", "subcode", "sequenceid", "sequencenumber", "rostersequencenumber", "sourceid"})
"""Fields, in lower case, whose numbers may be of any size."""

GUID_FORM = r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?P<dash>-?)(?:[0-9A-Fa-f]{4}(?P=dash)){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
GUID = re.compile(GUID_FORM)
"""With dashes or without, also within a text."""

_TYPE = "@odata.type"
_TYPE_NAME = re.compile(r"#?[A-Za-z][A-Za-z0-9_.]{0,127}")
_VOCABULARY = re.compile(r"(?!.*\d{8})[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
"""A word, or a number with no more digits than a subcode has; shorter than a GUID."""
_FIELD_NAME = re.compile(r"(?!.*\d{5})@?[#$]?[A-Za-z_][A-Za-z0-9_.]{0,63}(?:@odata\.[A-Za-z]{1,20})?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?")


def is_harmless(text: str, field: str) -> bool:
    """Whether the text names nobody, as what a field or header holds, whose name is in lower case."""
    if field == _TYPE:
        return _TYPE_NAME.fullmatch(text) is not None
    if field in _WORDS:
        return _VOCABULARY.fullmatch(text) is not None
    if field in _IDS:
        return all(GUID.fullmatch(part.strip()) for part in text.split(","))
    return _TIME.fullmatch(text) is not None


def is_field_name(text: str) -> bool:
    """Whether this is how Graph names fields, and not something that was made a key, such as an address or an id."""
    return _FIELD_NAME.fullmatch(text) is not None
