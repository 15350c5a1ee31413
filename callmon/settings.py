"""What callmon is told: flag > environment (``CALLMON_…``) > file (TOML) > default.

The file is ``callmon/config.toml`` in the user's configuration directory (``$XDG_CONFIG_HOME``), or the one that
``CALLMON_CONFIG`` names. Its keys are the names of the fields here.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

from platformdirs import user_config_path, user_state_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from callmon.core.text import visible
from callmon.feeds.gate import is_loopback
from callmon.graph.clouds import CLOUDS, RootProblem, check_root

PREFIX = "CALLMON_"
CONFIG_VARIABLE = "CALLMON_CONFIG"

_LANGUAGES = {"en": "en", "zh": "zh-CN", "zh-cn": "zh-CN", "zh_cn": "zh-CN"}
_LAST_PORT = 65535
_SHOWN_CHARS = 80
_NAME_CHARS = 200
_TOKEN_CHARS = 16
_TOKEN = re.compile(rf"[A-Za-z0-9._~+/=-]{{{_TOKEN_CHARS},}}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        """``host:port``, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be text in quotes.")  # pydantic takes a ValueError as a refusal
    return value.strip()


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
    return f"“{visible(shown)}”"


def _journal(value: object) -> Path:
    if isinstance(value, Path):
        return value
    text = _text(value)
    if not text:
        raise ValueError("it is empty. Name a file, or leave it out for the default one.")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if scheme is None:
        return Path(text).expanduser()
    if scheme[1].lower() in {"redis", "rediss"}:
        raise ValueError(
            "this version keeps its journal in a file only, there is no Redis journal yet. Name a file, such as "
            "/var/lib/callmon/journal.db, or leave it out for the default one."
        )
    parts = urlsplit(text)
    if scheme[1].lower() != "sqlite" or parts.netloc or not parts.path.strip("/"):
        raise ValueError("it is neither a path nor an address like sqlite:///var/lib/callmon/journal.db.")
    return Path("/" + unquote(parts.path).lstrip("/"))


def _address(value: object) -> Address:
    if isinstance(value, Address):
        return value
    text = _text(value)
    host, colon, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    numeric = port.isascii() and port.isdigit() and len(port) <= len(str(_LAST_PORT)) and int(port) <= _LAST_PORT
    if not (colon and bare and numeric) or (":" in bare and bare == host):
        raise ValueError(f"{_quoted(text)} is not HOST:PORT. Write it like 127.0.0.1:8765 or [::1]:8765.")
    return Address(bare, int(port))


def _guarded(address: Address, info: ValidationInfo) -> Address:
    """Refuse an address that others reach, unless senders must prove who they are."""
    # A setting that is missing here is one that was refused itself, and was meant.
    known = "feed_token" in info.data and "verify_sender" in info.data
    open_to_all = known and info.data["feed_token"] is None and not info.data["verify_sender"]
    if open_to_all and not is_loopback(address.host):
        raise ValueError(
            f"{_quoted(address.host)} is not an address of this machine alone, and whoever can POST there could invent "
            "calls. Set CALLMON_FEED_TOKEN or CALLMON_VERIFY_SENDER, or listen on 127.0.0.1 and put a reverse proxy "
            "with authentication on this machine in front of it."
        )
    return address


def _feed_token(token: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError(
            f"it must be {_TOKEN_CHARS} or more letters, digits and -._~+/= without spaces, such as what "
            "“openssl rand -hex 32” prints."
        )
    return token


def _with_audience(verify: bool, info: ValidationInfo) -> bool:
    if verify and "client_id" in info.data and not info.data["client_id"]:
        raise ValueError(
            "Graph's tokens can only be checked against the bot's application id. Set CALLMON_CLIENT_ID to it."
        )
    return verify


def _openid_url(value: str) -> str:
    if isinstance(check_root(value), RootProblem):
        raise ValueError(
            "it is not a plain https address. Write it like "
            "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration, without user, query or fragment."
        )
    return value


def _lang(value: object) -> str:
    text = _text(value)
    if text.lower() not in _LANGUAGES:
        raise ValueError(f"{_quoted(text)} is not a language that callmon speaks. Write en or zh-CN.")
    return _LANGUAGES[text.lower()]


def _cloud(value: object) -> str:
    name = _text(value).lower()
    if name in {"china", "china21vianet", "21vianet", "cn"}:
        raise ValueError(
            "Microsoft Graph in China (21Vianet) has no Delete call, so no call can be hung up there. "
            f"The clouds that have it are {', '.join(CLOUDS)}."
        )
    if name not in CLOUDS:
        raise ValueError(f"{_quoted(name)} is not a cloud that callmon knows. Write one of {', '.join(CLOUDS)}.")
    return name


def _graph_root(value: str) -> str:
    root = check_root(value)
    if isinstance(root, RootProblem):
        raise ValueError(root.sentence)  # pydantic takes a ValueError as a refusal
    return root


def _operator(value: str) -> str:
    return visible(value)[:_NAME_CHARS]


def default_journal() -> Path:
    """The journal's file if none is named: in the user's state directory (``$XDG_STATE_HOME``)."""
    return user_state_path("callmon") / "journal.db"


def locale_language() -> str:
    """The language that the locale asks for: the first of LC_ALL, LC_MESSAGES and LANG that is set decides (POSIX)."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-CN" if named.lower().startswith("zh") else "en"


Text = Annotated[str, BeforeValidator(_text)]


class Preferences(BaseSettings):
    """What every command may want to know."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    lang: Annotated[str, BeforeValidator(_lang)] = Field(default_factory=locale_language)
    """The language of end reasons: ``en`` or ``zh-CN``."""
    read_only: bool = False
    """No hang-up at all."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic-settings passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_path())


class Settings(Preferences):
    """Everything that can be set. Secrets are never flags, and show up in neither `repr` nor `str`."""

    journal: Annotated[Path, NoDecode, BeforeValidator(_journal)] = Field(default_factory=default_journal)
    """The journal's file."""
    operator: Annotated[Text, AfterValidator(_operator)] | None = None
    """Whose name a hang-up carries in the journal; login name and host if None."""
    tenant_id: Text | None = None
    client_id: Text | None = None
    client_secret: SecretStr | None = None
    # Each of the next ones is judged by those above it, so their order matters.
    feed_token: Annotated[SecretStr, AfterValidator(_feed_token)] | None = None
    """What mirrors and bots send to prove that they may send notifications."""
    verify_sender: Annotated[bool, AfterValidator(_with_audience)] = False
    """Whether notifications must carry the token with which Graph signs them; `client_id` is its audience."""
    openid_url: Annotated[Text, AfterValidator(_openid_url)] | None = None
    """The OpenID configuration that leads to the keys of those tokens; that of the global cloud if None."""
    listen: Annotated[Address, NoDecode, BeforeValidator(_address), AfterValidator(_guarded)] = Address(
        "127.0.0.1", 8765
    )
    """Where notifications are taken over HTTP; port 0 lets the system choose one."""
    cloud: Annotated[str, BeforeValidator(_cloud)] = "global"
    """A key of `callmon.graph.clouds.CLOUDS`."""
    graph_url: Annotated[Text, AfterValidator(_graph_root)] | None = None
    """Another Graph's root, as `callmon.graph.clouds.check_root` gives it. It goes together with `access_token`."""
    access_token: SecretStr | None = None
    """A token that somebody else got."""


_Kind = TypeVar("_Kind", bound=Preferences)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[_Kind]):
    """Settings that hold, and what was odd about the file."""

    settings: _Kind
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the settings cannot be used: one sentence a problem, none of them with a secret in it."""

    problems: Sequence[str]
    warnings: Sequence[str] = ()


def config_path() -> Path:
    """The file with the settings; it need not exist unless ``CALLMON_CONFIG`` names it."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else user_config_path("callmon") / "config.toml"


def load(kind: type[_Kind], flags: Mapping[str, Any]) -> Loaded[_Kind] | Refused:
    """Read settings of this kind. `flags` are those given on the command line, by the names of the fields."""
    path = config_path()
    keys = _keys_in(path)
    if isinstance(keys, Refused):
        return keys
    warnings = tuple(_unknown(key, path) for key in keys if key.lower() not in Settings.model_fields)
    try:
        return Loaded(kind(**flags), warnings)
    except ValidationError as error:
        problems = [
            f"{_said_by(str(problem['loc'][0]), flags, path)}: {_sentence(problem)}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        return Refused(tuple(dict.fromkeys(problems)), warnings)


def _keys_in(path: Path) -> Sequence[str] | Refused:
    try:
        return list(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        if not os.environ.get(CONFIG_VARIABLE):
            return ()
        return Refused((f"{CONFIG_VARIABLE}: there is no file {path}. Correct the path, or unset the variable.",))
    except OSError as error:
        return Refused(
            (f"The settings file {path} cannot be read ({error.strerror or error}). Check who may read it.",)
        )
    except UnicodeDecodeError:
        return Refused((f"The settings file {path} is not UTF-8 text. Save it as UTF-8.",))
    except tomllib.TOMLDecodeError as error:
        return Refused((f"The settings file {path} is not TOML: {visible(str(error))}. Correct it there.",))


def _unknown(key: str, path: Path) -> str:
    near = get_close_matches(key.lower(), Settings.model_fields, n=1)
    hint = f" Is it meant to be {near[0]}?" if near else ""
    return f"{path}: there is no setting {_quoted(key)}, so it is ignored.{hint}"


def _said_by(field: str, flags: Mapping[str, Any], path: Path) -> str:
    """Which of the sources gave the field its value."""
    variable = PREFIX + field.upper()
    if field in flags:
        return f"--{field.replace('_', '-')}"
    return variable if os.environ.get(variable) else f"{field} in {path}"


def _sentence(problem: Mapping[str, Any]) -> str:
    refusal = problem.get("ctx", {}).get("error")
    if isinstance(refusal, ValueError):
        return str(refusal)
    return "it is not true or false." if str(problem["type"]).startswith("bool") else "it must be text in quotes."
