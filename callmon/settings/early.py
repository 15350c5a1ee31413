"""Single settings before all of them are read and judged: raw, from the same sources in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from callmon.settings.file import FileProblem, config_path, read_file
from callmon.settings.origins import Sources


def early(flags: Mapping[str, Any], names: Iterable[str]) -> Mapping[str, Any]:
    """What flag, environment, profile or file has for these settings; nothing for those that none of them sets.

    Silent about whatever is wrong: `callmon.settings.loading.load` will tell.
    """
    path = config_path()
    read = read_file(path)
    file = {} if isinstance(read, FileProblem) else read
    sources = Sources(flags, file, path, {})
    chosen, tables = sources.given("profile"), file.get("profiles")
    if (
        chosen is not None
        and isinstance(tables, dict)
        and isinstance(table := tables.get(str(chosen[0]).strip()), dict)
    ):
        sources = Sources(flags, file, path, table)
    return {name: found[0] for name in names if (found := sources.given(name)) is not None}
