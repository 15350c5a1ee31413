"""The console in a browser: textual-serve with a lock on the door."""
