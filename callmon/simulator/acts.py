"""What happens in many calls: ringing, answering, keys, prompts, recordings, invitations."""

from __future__ import annotations

from typing import Any

from callmon.simulator import bodies
from callmon.simulator.bodies import typed
from callmon.simulator.dice import guid
from callmon.simulator.people import Person
from callmon.simulator.script import Draft

_TONES = ("tone1", "tone2", "tone3", "tone4", "tone5", "tone0", "star", "pound")


def dial(d: Draft, callee: Person) -> None:
    """The bot calls somebody. Graph's notifications never say whom; a GET does."""
    _remember_outgoing(d, [callee])
    d.wait(0.2, 0.6)
    d.call("establishing")


def pick_up(d: Draft) -> None:
    """The other side answers: ``established`` comes twice, the second time with sound."""
    d.call("established", direction="outgoing")
    d.wait(0.2, 0.9)
    sound(d)


def join(d: Draft, **where: Any) -> None:
    """The bot joins a group call or a meeting (`where` holds its coordinates, if it has any yet)."""
    _remember_outgoing(d, [])
    d.resource.update(where)
    d.wait(0.2, 0.6)
    d.call("establishing", **where)


def sound(d: Draft, **fields: Any) -> None:
    """Media flows."""
    media = typed("callMediaState", audio="active")
    d.call("established", mediaState=media, **fields, **bodies.late_extras())


def ring_in(d: Draft, caller: Person, target: Person, **fields: Any) -> None:
    """Somebody calls the bot. This is the only way a call begins with ``created``."""
    facts = {
        "direction": "incoming",
        "callbackUri": bodies.CALLBACK_URI,
        "source": bodies.participant_info(caller, guid(d.rng)),
        "targets": [bodies.invitation(target, d.my_participant_id)],
        "requestedModalities": ["audio"],
        "tenantId": d.company.tenant,
        "myParticipantId": d.my_participant_id,
    }
    d.resource.update(facts)
    d.call("incoming", change="created", **facts, **fields, id=d.call_id)


def answer(d: Draft) -> None:
    """The bot answers a call that came in."""
    d.wait(0.4, 2.5)
    d.call("establishing")
    d.wait(0.5, 2.0)
    d.call("established", direction="incoming")
    d.wait(0.2, 0.8)
    sound(d)


def tone(d: Draft, sequence: int) -> None:
    """Somebody presses a key; Graph does not say who."""
    d.bare("established", toneInfo=typed("toneInfo", sequenceId=sequence, tone=d.rng.choice(_TONES)))


def prompt(d: Draft) -> None:
    """A prompt has been played to its end."""
    uri = f"https://bot.example.com/audio/{d.rng.choice(('welcome', 'menu', 'please-hold', 'goodbye'))}.wav"
    media = typed("mediaInfo", uri=uri, resourceId=guid(d.rng))
    operation = typed(
        "playPromptOperation",
        prompts=[typed("mediaPrompt", mediaInfo=media)],
        completionReason="completedSuccessfully",
        status="completed",
        clientContext=guid(d.rng),
        resultInfo=bodies.result_info(200, 0, "Action completed successfully."),
        id=guid(d.rng),
    )
    d.say(bodies.operation_body(d.call_id, operation))


def record(d: Draft) -> None:
    """A recording of the caller's answer is ready. Its token is a placeholder, as on Graph's own page."""
    operation = typed(
        "recordOperation",
        id=guid(d.rng),
        clientContext=guid(d.rng),
        status="completed",
        resultInfo=bodies.result_info(200, 8515, "Action completed, max record duration reached."),
        recordingLocation=f"https://files.example.com/{guid(d.rng)}",
        recordingAccessToken="<access-token>",
    )
    d.say(bodies.operation_body(d.call_id, operation))


def invite(d: Draft, person: Person, *, fails: bool) -> None:
    """The bot asked somebody in; the answer comes as an operation, and a failure does not touch the call."""
    operation = typed(
        "inviteParticipantsOperation",
        participants=[typed("invitationParticipantInfo", identity=bodies.identity_set(person))],
        status="failed" if fails else "completed",
        clientContext=guid(d.rng),
        id=guid(d.rng),
    )
    if fails:
        text = f"addParticipants failed for participant {person.id}. DiagCode: 412#10073"
        operation["resultInfo"] = bodies.result_info(412, 9999, text)
    d.say(bodies.operation_body(d.call_id, operation))


def _remember_outgoing(d: Draft, callees: list[Person]) -> None:
    d.resource.update(
        direction="outgoing",
        callbackUri=bodies.CALLBACK_URI,
        source=bodies.participant_info(d.company.bot, d.my_participant_id),
        targets=[bodies.invitation(person, guid(d.rng)) for person in callees],
        requestedModalities=["audio"],
        tenantId=d.company.tenant,
        myParticipantId=d.my_participant_id,
    )
