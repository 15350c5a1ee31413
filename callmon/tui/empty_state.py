"""What the console shows before it has heard of any call: how to make it hear of one."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

_EXAMPLE_ID = "7e57ca11-0000-4000-8000-000000000001"


def example_command(address: str) -> str:
    """A command that sends one notification, and works as it is printed."""
    return "\n".join(
        [
            f'curl -i {address} -d \'{{"value": [{{',
            '  "changeType": "created",',
            f'  "resourceUrl": "/communications/calls/{_EXAMPLE_ID}",',
            '  "resourceData": {"state": "incoming"}}]}\'',
        ]
    )


class EmptyState(Static):
    """Shown in place of the board while it is empty."""

    def tell(self, post_to: str, problem: str, awaited: str) -> None:
        """Say why a feed has failed, and what is `awaited`, or how to send a notification to an address."""
        told: list[str | tuple[str, str]] = [("No calls yet.\n\n", "bold")]
        if problem:
            told += [(f"{problem}\n\n", "$warning")]
        if awaited:
            told.append(awaited)
        elif post_to:
            told += [
                "Send a copy of the notifications that Graph POSTs to your bot to\n",
                (post_to, "bold"),
                "\n\nTo try it, from another terminal:\n\n",
                example_command(post_to),
            ]
        elif not problem:
            told.append("This console only follows its journal; calls appear when a collector writes to it.")
        self.update(Content.assemble(*told))
