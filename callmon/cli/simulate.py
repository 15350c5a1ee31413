"""``callmon simulate``: the simulated Graph alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from callmon.cli import garbage
from callmon.cli.exits import ExitCode, Failure
from callmon.cli.numbers import CALLS, SPEED
from callmon.cli.output import say_json
from callmon.cli.pages import Page
from callmon.cli.signals import stop_signals
from callmon.feeds.server import ServerCannotStart
from callmon.simulator.faults import MIX, Faults
from callmon.simulator.player import Simulation

_EXAMPLES = {
    "callmon simulate --feed http://127.0.0.1:8765/api/calls": "feed a callmon that listens",
    "callmon simulate --calls 0 --port 9100": "a quiet Graph for tests",
    "callmon simulate --faults": "a Graph on which about every third hang-up meets trouble",
}
_LAST_PORT = 65535


def _http_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter("write an http address such as http://127.0.0.1:8765/api/calls.")
    return value


@click.command("simulate", cls=Page, examples=_EXAMPLES)
@click.option(
    "--port",
    type=click.IntRange(0, _LAST_PORT),
    default=0,
    metavar="N",
    help="Its port; default any that is free.",
)
@click.option("--calls", type=CALLS, default=12, show_default=True, metavar="N", help="How many calls go on.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="The same seed, the same calls.")
@click.option("--speed", type=SPEED, default=1.0, show_default=True, metavar="X", help="2 is twice as fast as life.")
@click.option("--feed", metavar="URL", callback=_http_url, help="Where to POST notifications; without it nowhere.")
@click.option("--faults", is_flag=True, help="Let about every third hang-up meet trouble.")
def command(*, port: int, calls: int, seed: int, speed: float, feed: str | None, faults: bool) -> ExitCode:
    """Run the simulated Graph alone, until it is stopped: for bot developers and tests.

    Prints its addresses and a token for it as one line of JSON. What goes wrong with hang-ups can be read and set at
    its faults_url: GET and POST {"rules": [{"fault": "429-seconds", "rate": 0.5}]}; a wrong POST is told all the words.
    """
    rules = Faults(MIX if faults else (), seed)
    simulation = Simulation(feed, calls=calls, seed=seed, speed=speed, port=port, faults=rules)
    with stop_signals() as signals:
        try:
            root = simulation.start()
        except ServerCannotStart as error:
            raise Failure(f"{error.sentence} Choose another port with --port.") from error
        try:
            addresses = {
                "graph_url": root,
                "token": simulation.token,
                "calls_url": f"{root}/v1.0/communications/calls",
                "simulator_url": f"{root}/simulator/calls",
                "faults_url": f"{root}/simulator/faults",
                "feed": feed,
            }
            say_json(addresses, indent=None)
            garbage.while_running()
            return signals.wait() or ExitCode.DONE
        finally:
            simulation.stop()
