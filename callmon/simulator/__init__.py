"""Calls that never were, in the very bytes that Graph would send, and a Graph to hang them up on."""
