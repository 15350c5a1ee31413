"""Transfers that failed, as Microsoft Graph ("call: transfer") tells of them."""

from __future__ import annotations

FAILED_TRANSFERS = frozenset({(500, 7000), (500, 7700)})
"""Code and subcode, sent with the state ``established``: the call goes on."""
