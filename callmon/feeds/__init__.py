"""Where notifications come from: each feed puts what it receives into the journal."""
