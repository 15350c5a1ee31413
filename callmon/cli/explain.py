"""``callmon explain``: what an end reason means, and the catalogue of all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from callmon.cli.completing import categories, sources
from callmon.cli.configured import configured
from callmon.cli.ending_text import ending_lines, full_document
from callmon.cli.output import say, say_json
from callmon.cli.pages import Flags, Page
from callmon.cli.table import aligned
from callmon.core.reasons import Row, catalogue, explain
from callmon.core.reasons_catalogue import NOT_GIVEN, in_chinese
from callmon.core.text import visible
from callmon.settings.sections.preferences import Preferences

_BOTH = re.compile(r"\(?(-?\d+)[/,](-?\d+)\)?", re.ASCII)
"""Code and subcode in one word, as ``callmon list`` has them."""
_EXAMPLES = {
    "callmon explain 200 5001": "code and subcode of a resultInfo",
    "callmon explain 500 --message 'DiagCode: 486#10003.@'": "with its message, which may say more",
    "callmon explain --list --category network": "what is known of network failures",
}


@click.command(
    "explain",
    cls=Page,
    examples=_EXAMPLES,
    context_settings={"ignore_unknown_options": True},  # a code may be negative
)
@click.argument("code", required=False)
@click.argument("subcode", required=False)
@click.option("--message", metavar="TEXT", help="The message of the resultInfo.")
@click.option("--list", "as_list", is_flag=True, help="List the catalogue of end reasons.")
@click.option(
    "--category",
    metavar="C",
    shell_complete=categories,
    help="With --list: only this category, such as client_error.",
)
@click.option("--source", metavar="S", shell_complete=sources, help="With --list: only what this source says.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object; with --list a JSON array.")
@click.pass_context
def command(
    context: click.Context,
    code: str | None,
    subcode: str | None,
    message: str | None,
    *,
    as_list: bool,
    category: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Say what an end reason means: CODE and SUBCODE of a resultInfo, as numbers or however they were written."""
    _refuse_misspelled_options(context, code, subcode)
    flags: Flags = context.obj
    lang = configured(Preferences, flags).lang
    if as_list:
        if code is not None or message is not None:
            raise click.UsageError("--list lists the catalogue; it takes neither CODE nor --message.", context)
        _say_list(_chosen(category, source), lang, as_json=as_json)
        return
    if category or source:
        raise click.UsageError("--category and --source go with --list.", context)
    code, subcode = (each if each and each.strip() else None for each in (code, subcode))
    if code is None and subcode is None and message is None:
        raise click.UsageError("Give the CODE of an end reason, or --list.", context)
    if code is not None and subcode is None and (both := _BOTH.fullmatch(code)):
        code, subcode = both.groups()
    why = explain(code, subcode, message, lang=lang)
    if as_json:
        say_json(full_document(why))
    else:
        say("\n".join(ending_lines(why)))


def _refuse_misspelled_options(context: click.Context, *arguments: str | None) -> None:
    for each in arguments:
        if each is not None and each.startswith("-") and not each[1:].isdigit():
            raise click.NoSuchOption(each, ctx=context)


def _chosen(category: str | None, source: str | None) -> list[Row]:
    rows = catalogue()
    _must_be_known("--category", category, {row.reading.category for row in rows})
    _must_be_known("--source", source, {row.reading.source for row in rows})
    return [row for row in rows if category in {None, row.reading.category} and source in {None, row.reading.source}]


def _must_be_known(option: str, value: str | None, known: set[str]) -> None:
    if value is not None and value not in known:
        raise click.UsageError(f"{option} must be one of: {', '.join(sorted(known))}.")


def _say_list(rows: Sequence[Row], lang: str, *, as_json: bool) -> None:
    if as_json:
        say_json([_row_document(row, lang) for row in rows])
        return
    header = ("CODE", "SUBCODE", "CATEGORY", "ENDED BY", "SOURCE", "TITLE")
    cells = [
        (
            _number(row.code),
            _number(row.subcode),
            row.reading.category,
            row.reading.ended_by,
            row.reading.source,
            visible(_words(row, lang)[0]),
        )
        for row in rows
    ]
    say("\n".join(aligned([header, *cells])))


def _row_document(row: Row, lang: str) -> dict[str, Any]:
    title, explanation = _words(row, lang)
    return {
        "code": None if row.code == NOT_GIVEN else row.code,
        "subcode": None if row.subcode == NOT_GIVEN else row.subcode,
        "title": title,
        "explanation": explanation,
        "ended_by": row.reading.ended_by,
        "category": row.reading.category,
        "advice": row.reading.advice,
        "source": row.reading.source,
    }


def _words(row: Row, lang: str) -> tuple[str, str]:
    told = (row.reading.title, row.reading.explanation)
    return (in_chinese(row) or told) if lang.startswith("zh") else told


def _number(value: int) -> str:
    return "any" if value == NOT_GIVEN else str(value)
