"""The pure domain: bytes and times come in as arguments; nothing is opened, no clock is read."""
