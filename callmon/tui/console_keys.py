"""The keys of the main screen. Each has an id, by which the settings give it other keys."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from callmon.tui.keys import HELP, SUSPEND

CONSOLE_KEYS: list[BindingType] = [
    Binding(
        "x,f9",
        "app.hang_up",
        "Hang up",
        id="hang-up",
        tooltip="Hang up the call or the marked ones; it asks first",
    ),
    Binding("x,f9", "app.how_to_arm", "How to arm", id="hang-up", tooltip="Hang-ups are disarmed", show=False),
    Binding("a", "app.arm", "Arm", id="arm", tooltip="Arm hang-ups, or disarm them"),
    Binding("a", "app.disarm", "Disarm", id="arm", tooltip="Disarm hang-ups"),
    Binding("enter", "app.open_detail", "Detail", id="detail", tooltip="The selected call on the whole screen"),
    # With priority: what is typed in the same breath must already go into the prompt, not into other keys.
    Binding(
        "slash",
        "filter",
        "Filter",
        id="filter",
        tooltip="Filter: words, field:value, /regex/, ! negates",
        priority=True,
    ),
    Binding("escape", "clear", "Clear filter", id="clear-filter", tooltip="Clear filter and search", show=False),
    Binding(
        "f3,ctrl+f",
        "search",
        "Search",
        id="search",
        tooltip="Search: the cursor moves, nothing is hidden",
        priority=True,
    ),
    Binding("n", "find(1)", "Next match", id="find-next", tooltip="The next call that was searched for", show=False),
    Binding(
        "N",
        "find(-1)",
        "Previous match",
        id="find-previous",
        tooltip="The previous call that was searched for",
        show=False,
    ),
    Binding("f", "freeze", "Freeze", id="freeze", tooltip="Freeze the picture, or let it go on"),
    Binding(
        "greater_than_sign",
        "sort(1)",
        "Sort by next column",
        id="sort-next",
        tooltip="Sort by the column to the right",
        show=False,
    ),
    Binding(
        "less_than_sign",
        "sort(-1)",
        "Sort by previous column",
        id="sort-previous",
        tooltip="Sort by the column to the left",
        show=False,
    ),
    Binding("I", "invert", "Invert order", id="sort-invert", tooltip="Invert the order", show=False),
    Binding("S", "sort_once", "Sort once", id="sort-once", tooltip="Sort now, then rows stay put", show=False),
    Binding("t", "group", "Group", id="group", tooltip="Group by chain, tenant, bot or not", show=False),
    Binding("v", "app.verify", "Verify", id="verify", tooltip="Ask Graph whether it still has the call", show=False),
    Binding("r", "app.open_raw", "Raw", id="raw", tooltip="The call's notifications as they came"),
    Binding("i", "app.feeds", "Feeds", id="feeds", tooltip="What came, what did not, and when", show=False),
    Binding("s", "app.summary", "Summary", id="summary", tooltip="Why calls ended in the last hour and day"),
    Binding("c", "app.copy_id", "Copy id", id="copy-id", tooltip="Copy the call id, also over SSH (OSC 52)"),
    Binding("C", "app.copy_ticket", "Copy ticket", id="copy-ticket", tooltip="Copy a text for a ticket", show=False),
    Binding("1", "view('active')", "View active", id="view-active", tooltip="Show the active calls", show=False),
    Binding("2", "view('ended')", "View ended", id="view-ended", tooltip="Show the ended calls", show=False),
    Binding("3", "view('all')", "View all", id="view-all", tooltip="Show all calls", show=False),
    Binding("4", "view('trouble')", "View trouble", id="view-trouble", tooltip="Show the calls in trouble", show=False),
    HELP,
    Binding("q", "app.quit", "Quit", id="quit", tooltip="Quit"),
    SUSPEND,
]
