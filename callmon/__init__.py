"""callmon: the terminal console for the calls of a Microsoft Graph calling bot."""

__version__ = "0.1.0"
