"""The append-only log of everything that happened; one protocol, several stores."""
