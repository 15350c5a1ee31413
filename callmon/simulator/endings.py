"""Why simulated calls end.

The codes are Microsoft's ("Delete call" page, and PSTN codes that end in the SIP status). Of the messages only
those of 5002, 5010, 7015, 7106 and 560500 are published; the others are made in their manner.
"""

from __future__ import annotations

from dataclasses import dataclass

from callmon.simulator.bodies import Json, result_info


@dataclass(frozen=True, slots=True)
class End:
    """What a call's last notification says."""

    code: int
    subcode: int
    message: str

    @property
    def result(self) -> Json:
        """As Graph writes it."""
        return result_info(self.code, self.subcode, self.message)


def _plain(code: int, subcode: int, text: str) -> End:
    return End(code, subcode, f"{text} DiagCode: {0 if code == 200 else code}#{subcode}.@")  # noqa: PLR2004  # HTTP's OK


PEER_LEFT = _plain(200, 4521, "The call was ended by the remote participant.")
PEER_GONE = _plain(200, 18503, "The remote participant left the call.")
ALL_LEFT = _plain(200, 5002, "The conversation has ended.")
CONVERSATION_OVER = _plain(200, 5001, "The conversation has ended.")
SOMEBODY_ENDED = _plain(200, 4097, "The conversation was ended by a participant.")
BOT_REMOVED = _plain(200, 5000, "The participant was removed from the conversation.")
INITIATOR_LEFT = _plain(200, 5007, "The initiator of the group call left.")
ONE_REMAINED = _plain(
    200, 5010, "This conversation has ended as only one participant was remaining in the conversation.."
)
NOBODY_VISIBLE = _plain(200, 5020, "No visible participants were remaining in the conversation.")
LOBBY_TIMEOUT = _plain(200, 5855, "The participant was removed after waiting in the lobby.")
BOT_ENDED = _plain(200, 7000, "The call was ended by the application.")
TRANSFERRED = End(0, 7015, "GracefulTransferCompleted")
PHONE_LEFT_IN = _plain(200, 540000, "The call was ended by the PSTN user.")
PHONE_LEFT_OUT = _plain(200, 560000, "The call was ended by the PSTN user.")
PHONE_BUSY = _plain(486, 560486, "Busy Here.")
PHONE_NO_ANSWER = _plain(480, 560480, "Temporarily Unavailable.")
PHONE_ERROR = _plain(500, 560500, "Server Internal Error.")
UNREACHABLE = _plain(480, 10037, "No callee endpoints were found.")
NO_SIGNAL = _plain(408, 10057, "The callee endpoint did not respond.")
KEEP_ALIVE_MISSED = _plain(408, 8537, "The call was inactive.")
MEDIA_LOST = _plain(410, 301005, "Media connectivity failure.")
BOT_MEDIA_LOST = _plain(500, 1005, "Media connectivity failure with the bot.")
RECORDER_FAILED = End(500, 7106, "Server Internal Error. DiagCode: 3003#7106.@")
