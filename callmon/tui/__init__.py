"""The screen, on Textual. It knows no network."""
