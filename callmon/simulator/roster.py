"""Who is in a group call, as Graph lists them: the whole list, again and again."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from callmon.simulator import bodies
from callmon.simulator.bodies import Json, typed
from callmon.simulator.dice import guid
from callmon.simulator.people import Person
from callmon.simulator.script import Draft

_CLIENT = "SkypeSpaces/1415/1.0.0.2023092925/os=windows; osVer=10; deviceType=computer; browser=chrome"
_MEDIA = (
    ("video", "main-video", "receiveOnly"),
    ("videoBasedScreenSharing", "applicationsharing-video", "receiveOnly"),
    ("data", "data", "sendReceive"),
)


@dataclass(frozen=True, slots=True)
class Attendee:
    """One entry of a roster."""

    person: Person
    participant_id: str
    endpoint_id: str
    first_source: int
    """``sourceId`` of the first media stream; the others follow."""
    muted: bool = False
    in_lobby: bool = False

    def wire(self) -> Json:
        """As Graph writes it."""
        link = f"https://cc-demo-11.example.com/cc/v1/callParticipant/{self.endpoint_id}/replacement"
        is_bot = self.person.role in ("application", "applicationInstance")
        info = typed(
            "participantInfo",
            identity=bodies.identity_set(self.person),
            endpointType="default",
            endpointId=self.endpoint_id,
            **({} if is_bot else {"languageId": self.person.language}),
            clientVersion="Contoso Helpdesk Bot" if is_bot else _CLIENT,
            participantId=self.participant_id,
            replacementLink=link,
        )
        return typed(
            "participant",
            info=info,
            mediaStreams=self._streams(only_audio=is_bot or self.person.role == "phone"),
            isMuted=self.muted,
            isInLobby=self.in_lobby,
            publishedStates=[],
            meetingRole="none",
            replacementLink=link,
            isIdentityAnonymized=False,
            id=self.participant_id,
        )

    def _streams(self, *, only_audio: bool) -> list[Json]:
        media = (("audio", "main-audio", "sendReceive"), *(() if only_audio else _MEDIA))
        return [
            typed(
                "mediaStream",
                mediaType=kind,
                label=label,
                sourceId=str(self.first_source + index),
                direction=direction,
                serverMuted=False,
            )
            for index, (kind, label, direction) in enumerate(media)
        ]


class Room:
    """The people in one call while its script is written; every change is told with a full roster."""

    def __init__(self, draft: Draft, bot: Person, *, bot_in_lobby: bool = False) -> None:
        self._draft = draft
        self._bot = Attendee(bot, draft.my_participant_id, guid(draft.rng), 201, in_lobby=bot_in_lobby)
        self._others: list[Attendee] = []

    @property
    def others(self) -> tuple[Attendee, ...]:
        """Everybody but the bot."""
        return tuple(self._others)

    def tell(self) -> None:
        """Append a roster to the script; the bot stands last."""
        people = [*self._others, self._bot]
        self._draft.say(bodies.roster_body(self._draft.call_id, [attendee.wire() for attendee in people]))

    def enter(self, person: Person, *, muted: bool = False, in_lobby: bool = False) -> None:
        """Somebody comes, perhaps only as far as the lobby."""
        rng = self._draft.rng
        attendee = Attendee(person, guid(rng), guid(rng), rng.randrange(400, 3000), muted, in_lobby)
        self._others.insert(0, attendee)
        self.tell()

    def admit(self) -> None:
        """Whoever waits in the lobby is let in."""
        self._others = [replace(attendee, in_lobby=False) for attendee in self._others]
        self.tell()

    def toggle_mute(self, rng: random.Random) -> None:
        """Somebody mutes or unmutes."""
        index = rng.randrange(len(self._others))
        self._others[index] = replace(self._others[index], muted=not self._others[index].muted)
        self.tell()

    def leave(self, rng: random.Random) -> None:
        """Somebody goes."""
        self._others.pop(rng.randrange(len(self._others)))
        self.tell()
