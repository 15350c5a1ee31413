"""Who calls: an invented company with its bots, its people, its guests and some telephones.

The numbers lie in ranges that are kept for fiction: +1 425 555 01xx (NANPA) and +44 20 7946 0xxx (Ofcom). Denmark
keeps none, so its numbers here begin with 0, which no Danish number does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from callmon.simulator.dice import guid, happens

Role = Literal["application", "applicationInstance", "user", "guest", "phone"]
"""The key under which an identitySet holds an identity."""


@dataclass(frozen=True, slots=True)
class Person:
    """One identity."""

    role: Role
    id: str
    """A GUID; for a phone the number in E.164 form."""
    name: str | None
    """None if Graph does not tell it, as it often does not tell a caller's."""
    tenant: str | None
    """None for guests and phones."""
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Company:
    """The people that the simulated calls are between."""

    tenant: str
    bot: Person
    """The bot as a registered application."""
    line: Person
    """The bot's resource account, which has a telephone number."""
    recorder: Person
    """The resource account of the compliance recorder."""
    staff: tuple[Person, ...]


_STAFF = (
    ("Amélie Rousseau", "fr-FR"),
    ("Åsa Lindqvist", "sv-SE"),
    ("王小明", "zh-CN"),
    ("李静怡", "zh-CN"),
    ("佐藤 健一", "ja-JP"),
    ("김서연", "ko-KR"),
    ("Chukwuemeka Obi", "en-GB"),
    ("Søren Kjær", "da-DK"),
    ("María José Núñez de la Torre", "es-ES"),
    ("Priya Raghunathan", "en-IN"),
    ("Łukasz Żółkiewski", "pl-PL"),
    ("Fatima al-Zahra Haddad", "ar-MA"),
    ("Jürgen Weiß", "de-DE"),
    ("Oluwaseun Adeyemi", "en-GB"),
    ("Nguyễn Thị Lan", "vi-VN"),
    ("Dimitra Papadaki", "el-GR"),
    ("Оксана Гриценко", "uk-UA"),
    ("Noa Ben-Ami", "he-IL"),
    ("Aroha Ngata", "en-NZ"),
    ("Tomás Ó Súilleabháin", "en-IE"),
    ("Grace Whitfield", "en-US"),
    ("João Baptista", "pt-BR"),
    ("Gülşen Öztürk", "tr-TR"),
    ("Wanjiru Kamau", "en-KE"),
)
_GUESTS = ("Ingrid (Fabrikam)", "Carlos M.", "Visitor", "陳大文", "Zoë", "Rashid @ Northwind")


def found_company(rng: random.Random) -> Company:
    """A company with a fixed staff and ids of its own."""
    tenant = guid(rng)
    return Company(
        tenant=tenant,
        bot=Person("application", guid(rng), "Contoso Helpdesk Bot", tenant),
        line=Person("applicationInstance", guid(rng), "Contoso Main Line", tenant),
        recorder=Person("applicationInstance", guid(rng), None, tenant),
        staff=tuple(Person("user", guid(rng), name, tenant, language) for name, language in _STAFF),
    )


def draw_guest(rng: random.Random) -> Person:
    """Somebody from outside, who joins a meeting without an account."""
    return Person("guest", guid(rng), rng.choice(_GUESTS), None)


def draw_phone(rng: random.Random) -> Person:
    """A telephone with a number that nobody has."""
    number = rng.choice(
        (
            f"+142555501{rng.randrange(100):02}",
            f"+442079460{rng.randrange(1000):03}",
            f"+4500{rng.randrange(1_000_000):06}",
        )
    )
    return Person("phone", number, None, None)


def draw_caller(rng: random.Random, company: Company) -> Person:
    """One of the staff as Graph shows a caller: in one call of four without a name."""
    person = rng.choice(company.staff)
    return replace(person, name=None) if happens(rng, 0.25) else person
