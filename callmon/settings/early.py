"""Single settings before all of them are read and judged: raw, from the same sources in the same order.

The first frame waits for these, and not for the library that reads all.
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Iterable, Mapping
from typing import Any

from callmon.graph.naming import UNNAMED
from callmon.settings.file import FileProblem, config_path, read_file
from callmon.settings.profiles import CHOSEN_BY, profiles_in


def early(flags: Mapping[str, Any], names: Iterable[str]) -> Mapping[str, Any]:
    """What flag, environment, profile or file has for these settings; nothing for those that none of them sets.

    Silent about whatever is wrong: `callmon.settings.loading.load` will tell.
    """
    names = tuple(names)
    read = read_file(config_path())
    file = {} if isinstance(read, FileProblem) else dict(read)
    variables = {name: value for name in (*names, CHOSEN_BY) if (value := os.environ.get(UNNAMED[name]))}
    given = ChainMap(dict(flags), variables, file)
    profile = dict(profiles_in(file)).get(str(given.get(CHOSEN_BY, "")).strip(), {})
    given.maps.insert(2, dict(profile))
    return {name: given[name] for name in names if name in given}
