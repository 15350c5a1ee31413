"""Scripts of calls between two: with somebody in the company, or with a telephone."""

from __future__ import annotations

from callmon.simulator import acts, bodies, endings
from callmon.simulator.bodies import typed
from callmon.simulator.dice import happens
from callmon.simulator.people import draw_caller, draw_phone
from callmon.simulator.script import Draft


def answered(d: Draft) -> None:
    """The bot calls a person, who answers, hears a prompt and presses a key or two."""
    acts.dial(d, d.rng.choice(d.company.staff))
    d.wait(3, 14)
    acts.pick_up(d)
    d.wait(4, 10)
    acts.prompt(d)
    for sequence in range(1, d.rng.randrange(1, 4)):
        d.wait(3, 12)
        acts.tone(d, sequence)
    d.wait(20, 400)
    d.end(d.rng.choice((endings.PEER_LEFT, endings.PEER_LEFT, endings.PEER_GONE, endings.ALL_LEFT, endings.BOT_ENDED)))


def unanswered(d: Draft) -> None:
    """Nobody answers, and mostly the code looks like success."""
    acts.dial(d, d.rng.choice(d.company.staff))
    d.wait(15, 60)
    d.end(d.rng.choice((endings.ALL_LEFT, endings.ALL_LEFT, endings.UNREACHABLE, endings.NO_SIGNAL)))


def incoming(d: Draft) -> None:
    """A person calls the bot and talks with it."""
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    acts.answer(d)
    d.wait(25, 420)
    d.end(d.rng.choice((endings.PEER_LEFT, endings.PEER_LEFT, endings.PEER_GONE, endings.BOT_ENDED)))


def menu(d: Draft) -> None:
    """A caller goes through the bot's menu: prompts, keys, a recording, an invitation that fails."""
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    acts.answer(d)
    for sequence in range(1, d.rng.randrange(4, 8)):
        d.wait(3, 9)
        acts.prompt(d)
        d.wait(1, 6)
        acts.tone(d, sequence)
    d.wait(8, 30)
    acts.record(d)
    d.wait(5, 20)
    acts.invite(d, draw_phone(d.rng), fails=True)
    d.wait(20, 180)
    d.end(endings.PEER_LEFT)


def phone_out(d: Draft) -> None:
    """The bot calls a telephone, which answers."""
    phone = draw_phone(d.rng)
    acts.dial(d, phone)
    d.wait(4, 18)
    acts.pick_up(d)
    d.wait(30, 360)
    d.end(endings.PHONE_LEFT_OUT, terminationSender=bodies.identity_set(phone))


def phone_out_fails(d: Draft) -> None:
    """The bot calls a telephone in vain: a fault on the way, busy, or nobody there."""
    phone = draw_phone(d.rng)
    acts.dial(d, phone)
    end = d.rng.choice((endings.PHONE_ERROR, endings.PHONE_ERROR, endings.PHONE_BUSY, endings.PHONE_NO_ANSWER))
    d.wait(*((25, 40) if end is endings.PHONE_NO_ANSWER else (3, 12)))
    d.end(end, terminationSender=bodies.identity_set(phone))


def phone_in(d: Draft) -> None:
    """A telephone calls the bot's number."""
    phone = draw_phone(d.rng)
    acts.ring_in(d, phone, d.company.line)
    acts.answer(d)
    if happens(d.rng, 0.6):
        d.wait(4, 12)
        acts.prompt(d)
        d.wait(2, 8)
        acts.tone(d, 1)
    d.wait(30, 300)
    d.end(endings.PHONE_LEFT_IN, terminationSender=bodies.identity_set(phone))


def transferred(d: Draft) -> None:
    """The bot hands the caller on, which ends its own call."""
    _until_transfer(d)
    d.wait(1, 6)
    d.bare("transferAccepted")
    d.wait(0.5, 2)
    d.end(endings.TRANSFERRED)


def transfer_fails(d: Draft) -> None:
    """The bot cannot hand the caller on: the call stays, and says why in a resultInfo that is no end."""
    _until_transfer(d)
    d.wait(4, 12)
    failure = bodies.result_info(500, 7000, "The transfer target could not be reached.", key="subCode")
    d.bare("established", resultInfo=failure)
    d.wait(25, 150)
    d.end(endings.PEER_LEFT)


def media_fails(d: Draft) -> None:
    """The media path breaks in the middle of a call."""
    acts.dial(d, d.rng.choice(d.company.staff))
    d.wait(3, 10)
    acts.pick_up(d)
    d.wait(20, 200)
    d.call("established", mediaState=typed("callMediaState", audio="inactive"), **bodies.late_extras())
    d.wait(5, 15)
    d.end(endings.MEDIA_LOST if happens(d.rng, 0.8) else endings.BOT_MEDIA_LOST)


def keep_alive_missed(d: Draft) -> None:
    """The bot forgets a call, and after 45 minutes without a keepAlive the service clears it away."""
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    acts.answer(d)
    d.wait(45 * 60, 46 * 60)
    d.end(endings.KEEP_ALIVE_MISSED)


def rejected(d: Draft) -> None:
    """The bot rejects a call: ``deleted``, and no state at all."""
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    d.wait(1, 5)
    gone = {"@odata.id": f"/communications/calls/{d.call_id}"}
    d.say(bodies.call_body("deleted", d.call_id, **gone))


def redirected(d: Draft) -> None:
    """The bot sends a caller elsewhere without answering: ``terminated``, and no reason."""
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    d.wait(2, 9)
    facts = {key: d.resource[key] for key in ("direction", "callbackUri", "source", "targets", "myParticipantId")}
    d.say(bodies.call_body("deleted", d.call_id, state="terminated", **facts, id=d.call_id))


def _until_transfer(d: Draft) -> None:
    acts.ring_in(d, draw_caller(d.rng, d.company), d.company.bot)
    acts.answer(d)
    d.wait(20, 120)
    d.bare("transferring")
