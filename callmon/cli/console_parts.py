"""What the console works with: journal, listener and Graph as the settings name them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from callmon.cli.configured import configured
from callmon.cli.console_feeds import ConsoleFeeds
from callmon.cli.journals import open_journal
from callmon.cli.keymaps import keymap
from callmon.cli.late_control import ClosableControl, LateControl
from callmon.cli.pages import Flags
from callmon.cli.screen import Warn, in_browser
from callmon.cli.watching import watch_of
from callmon.core.text import visible
from callmon.hangup import HangUp
from callmon.memory import Keeper, Memory, load, memory_path, save
from callmon.settings.model import Settings
from callmon.tui.parts import Parts, forget


def console_parts(flags: Flags, stack: ExitStack, warn: Warn, stdin: int | None = None) -> Parts:
    """Make and start the parts; `stdin` is the descriptor of what ``--follow -`` means.

    Raises `callmon.cli.exits.Failure` and `callmon.ports.JournalError`.
    """
    settings = configured(Settings, flags, warn)
    keys = keymap(settings.keys)
    memory, remember = _memory(stack)
    journal = stack.enter_context(open_journal(settings))
    feeds = ConsoleFeeds(settings, journal, warn, stdin)
    stack.callback(feeds.end)
    controls = LateControl(lambda: _controls(settings))
    stack.callback(controls.close)
    return Parts(
        journal,
        feeds.feeds,
        HangUp(journal, controls, settings.operator),
        hangup_ready=controls.ready,
        read_only=settings.read_only,
        arm_for_s=None if settings.armed else settings.arm_for_s,
        lang=settings.lang,
        label=settings.label or visible((settings.profile or "").upper()),
        label_color=settings.label_color or "",
        begin=feeds.begin,
        keymap=keys,
        auto_check=settings.auto_check,
        columns=settings.columns or (),
        custom=settings.custom,
        sort=settings.sort or "",
        bell=settings.bell,
        memory=memory,
        remember=remember,
        watch=watch_of(settings),
    )


def _memory(stack: ExitStack) -> tuple[Memory, Callable[[Memory], object]]:
    """How the console was left, and what keeps how it is left now.

    A visitor in a browser begins with the arrangement of whoever serves it, not with what they typed, and changes
    nothing of it.
    """
    memory = load(memory_path())
    if in_browser():
        return replace(memory, typed=()), forget
    keeper = Keeper(partial(save, memory_path()))
    stack.callback(keeper.close)
    return memory, keeper.keep


def _controls(settings: Settings) -> ClosableControl:
    from callmon.cli.controls import controls_of  # noqa: PLC0415  # see `callmon.cli.late_control`

    return controls_of(settings)
