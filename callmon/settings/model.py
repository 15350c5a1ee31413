"""All settings: the sections as one flat set of names, which are the keys of the file and those of ``CALLMON_…``."""

from __future__ import annotations

from callmon.settings.sections.feed import FeedSection
from callmon.settings.sections.hangup import HangUpSection
from callmon.settings.sections.journal import JournalSection
from callmon.settings.sections.liveness import LivenessSection
from callmon.settings.sections.preferences import Preferences
from callmon.settings.sections.screen import ScreenSection
from callmon.settings.sections.web import WebSection


class Settings(  # a field may be judged by those of a section on which its own stands; the order here means nothing
    LivenessSection, HangUpSection, FeedSection, JournalSection, ScreenSection, WebSection, Preferences
):
    """Everything that can be set. Secrets are never flags, and show up in neither `repr` nor `str`."""
