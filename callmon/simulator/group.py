"""Scripts of calls among several: meetings, group calls, a call that grows, and a compliance recording."""

from __future__ import annotations

import base64

from callmon.simulator import acts, bodies, endings
from callmon.simulator.bodies import Json, typed
from callmon.simulator.dice import guid, happens
from callmon.simulator.people import Person, draw_caller, draw_guest, draw_phone
from callmon.simulator.roster import Room
from callmon.simulator.script import Draft

_SMALL, _LARGE = 2, 6
"""How many people may be with the bot in a meeting."""


def meeting(d: Draft) -> None:
    """A scheduled meeting: people come, wait in the lobby, mute themselves, share a screen, leave."""
    where = _schedule(d)
    acts.join(d, **where)
    d.wait(1, 3)
    d.call("established", **where)
    room = Room(d, d.company.bot)
    d.wait(0.3, 1)
    room.tell()
    for person in d.rng.sample(d.company.staff, d.rng.randrange(_SMALL, _LARGE)):
        d.wait(1, 25)
        room.enter(person, muted=happens(d.rng, 0.5))
    _outsider_waits(d, room)
    for _ in range(d.rng.randrange(8, 30)):
        _something_happens(d, room)
    d.wait(10, 60)
    d.end(d.rng.choice((endings.CONVERSATION_OVER, endings.SOMEBODY_ENDED, endings.BOT_REMOVED, endings.ALL_LEFT)))


def lobby_timeout(d: Draft) -> None:
    """Nobody lets the bot into the meeting."""
    where = _schedule(d)
    acts.join(d, **where)
    d.wait(1, 3)
    d.call("established", **where)
    d.wait(0.3, 1)
    Room(d, d.company.bot, bot_in_lobby=True).tell()
    d.wait(8 * 60, 15 * 60)
    d.end(endings.LOBBY_TIMEOUT)


def group(d: Draft) -> None:
    """A group call that the bot starts; nothing but the roster tells that it is one, and the chain id changes."""
    acts.join(d)
    d.wait(1, 4)
    d.call("established", direction="outgoing")
    room = Room(d, d.company.line)
    d.wait(0.3, 1)
    room.tell()
    for person in d.rng.sample(d.company.staff, 3):
        d.wait(2, 12)
        room.enter(person)
    d.wait(5, 30)
    acts.invite(d, d.rng.choice(d.company.staff), fails=False)
    for _ in range(d.rng.randrange(2, 8)):
        d.wait(10, 60)
        room.toggle_mute(d.rng)
    while len(room.others) > 1:
        d.wait(2, 20)
        room.leave(d.rng)
    d.wait(2, 10)
    d.chain_id = guid(d.rng)
    end = d.rng.choice((endings.ONE_REMAINED, endings.ONE_REMAINED, endings.INITIATOR_LEFT, endings.NOBODY_VISIBLE))
    d.end(end, meetingInfo=bodies.token_meeting())


def escalation(d: Draft) -> None:
    """A call between two that becomes a meeting under the same id."""
    callee = d.rng.choice(d.company.staff)
    acts.dial(d, callee)
    d.wait(3, 12)
    acts.pick_up(d)
    d.wait(15, 60)
    grown = _grown(d)
    acts.sound(d, **grown)
    d.wait(0.5, 2)
    acts.sound(d, **grown, meetingInfo=bodies.token_meeting())
    room = Room(d, d.company.bot)
    d.wait(0.2, 1)
    room.enter(callee)
    for person in d.rng.sample([other for other in d.company.staff if other is not callee], 2):
        d.wait(4, 25)
        room.enter(person)
    for _ in range(d.rng.randrange(2, 8)):
        d.wait(10, 70)
        room.toggle_mute(d.rng)
    d.wait(15, 60)
    d.end(d.rng.choice((endings.ALL_LEFT, endings.CONVERSATION_OVER)))


def recording(d: Draft) -> None:
    """A compliance recorder is called into somebody's call and stays to its end."""
    observed, source = guid(d.rng), draw_caller(d.rng, d.company)
    context = typed("incomingContext", sourceParticipantId=observed, observedParticipantId=observed)
    acts.ring_in(
        d,
        source,
        d.company.recorder,
        meetingInfo=bodies.token_meeting(),
        incomingContext=context,
        applicationMetadata={"botData": _bot_data(d)},
    )
    acts.answer(d)
    if happens(d.rng, 0.15):
        d.wait(4, 9)
        d.end(endings.RECORDER_FAILED, terminationReason="CallTerminated")
        return
    d.wait(40, 700)
    d.end(endings.CONVERSATION_OVER)


def _schedule(d: Draft) -> Json:
    thread = base64.b64encode(guid(d.rng).encode()).decode().rstrip("=")
    return bodies.organizer_meeting(thread, d.rng.choice(d.company.staff))


def _outsider_waits(d: Draft, room: Room) -> None:
    guest: Person = draw_phone(d.rng) if happens(d.rng, 0.3) else draw_guest(d.rng)
    d.wait(5, 40)
    room.enter(guest, in_lobby=True)
    d.wait(4, 30)
    room.admit()


def _something_happens(d: Draft, room: Room) -> None:
    d.wait(6, 55)
    what = d.rng.choices(("mute", "come", "go", "share"), (6, 1, 1, 1))[0]
    inside = {attendee.person.id for attendee in room.others}
    absent = [person for person in d.company.staff if person.id not in inside]
    if what == "share":
        session = guid(d.rng).replace("-", "").upper()
        d.say(bodies.sharing_body("created", d.call_id, session))
        d.wait(20, 120)
        d.say(bodies.sharing_body("deleted", d.call_id, session))
    elif what == "come" and len(inside) < _LARGE:
        room.enter(d.rng.choice(absent))
    elif what == "go" and len(inside) > _SMALL:
        room.leave(d.rng)
    else:
        room.toggle_mute(d.rng)


def _grown(d: Draft) -> Json:
    link = f"https://cc-demo-11.example.com/cc/v1/callParticipant/{guid(d.rng)}/replacement"
    return {
        "chatInfo": typed("chatInfo", threadId=f"19:{guid(d.rng)}", messageId="0"),
        "meetingProperties": typed("meetingProperties", meetingLabel="00000000-0000-0000-0000-000000000000"),
        "replacesContext": base64.b64encode(link.encode()).decode(),
    }


def _bot_data(d: Draft) -> Json:
    other = {
        "id": d.rng.choice(d.company.staff).id,
        "participantId": guid(d.rng),
        "tenantId": d.company.tenant,
        "participationMethod": "caller",
        "clientLocation": "EUNO",
    }
    return {
        "mediaHostedRegion": d.rng.choice(("USEA", "EUWE", "JPWE")),
        "user": {"participationMethod": "callee", "clientLocation": "US"},
        "otherSideUser": other,
        "inviteReasons": ["PolicyBasedRecording"],
        "policyIdentifier": "Contoso Recording Policy",
        "pairedRecorders": [],
        "otherRecorders": [],
    }
