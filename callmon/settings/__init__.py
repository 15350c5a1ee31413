"""What callmon is told: flag > environment (``CALLMON_…``) > file (TOML) > default.

A section under `sections` has the settings of one theme and what is allowed there; `model` is all of them; `loading`
reads them.
"""

import os

# Plugins of pydantic are code of any other package that is installed beside callmon. It would be run at every start and
# see every secret; and to look for it takes longer than to read the settings.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
