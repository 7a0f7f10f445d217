"""``contracts verify`` and ``contracts replay``: the commands that play programs against a subject."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from contracts.cli_options import options_from, outputs_from, verify_options
from contracts.cli_page import page_from, page_options
from contracts.cli_verify import replay_file, verify_adapter, verify_desk
from contracts.lanes.targets import LANES, Opening


@click.group()
def verify() -> None:
    """Verify an adapter or a desk."""


@verify.command("adapter")
@click.argument("target")
@click.option("--desk", "driver", default="mockdesk", show_default=True, metavar="DRIVER", help="The desk's driver.")
@click.option("--desk-url", metavar="URL", help="The desk that DRIVER drives; without it, it starts one by itself.")
@click.option("--lane", type=click.Choice(LANES), help="How TARGET is reached; by default its form says it.")
@page_options
@verify_options
def adapter_command(target: str, driver: str, desk_url: str | None, lane: str | None, **arguments: Any) -> None:
    """Verify the adapter that TARGET (package.module:factory, FILE.js, exec:COMMAND, mapping:FILE) builds."""
    page, others = page_from(**arguments)
    opening = Opening(target, lane, page)
    sys.exit(verify_adapter(opening, driver, options_from(**others), outputs_from(**others), desk_url))


@verify.command("desk")
@click.argument("url")
@click.option(
    "--driver",
    metavar="DRIVER",
    help="Plays the agents at the desk (default mockdesk, or the mapping's agents); none: nobody does, and what needs "
    "an agent is skipped.",
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Describes a desk whose API has another shape.",
)
@verify_options
def desk_command(url: str, driver: str | None, mapping: Path | None, **arguments: Any) -> None:
    """Verify the desk at URL (without /v1) against openapi.yaml and the requirements."""
    code = verify_desk(url, driver, options_from(**arguments), outputs_from(**arguments), mapping)
    sys.exit(code)


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--judge", is_flag=True, help="Judge the stored trace anew instead of playing the program again.")
def replay_command(file: Path, judge: bool) -> None:
    """Play the program of a replay file again and say whether it fails again."""
    sys.exit(replay_file(file, judge=judge))
