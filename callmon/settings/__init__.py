"""What callmon is told: flag > environment (``CALLMON_…``) > file (TOML) > default.

A section under `sections` has the settings of one theme and what is allowed there; `model` is all of them; `loading`
reads them.
"""
