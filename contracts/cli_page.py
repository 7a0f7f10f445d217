"""The options of ``contracts verify adapter`` that say what the page of a bundle is like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from contracts.lanes.javascript import FACTORY, HOST_APIS, ORIGIN, PageOptions, json_pairs, pairs

Command = Callable[..., Any]


def page_options(command: Command) -> Command:
    """Add the options of a page to a command."""
    options = [
        click.option(
            "--host-api",
            type=click.Choice(HOST_APIS),
            help="Bundles: the generation of web chat's interface (default carbon).",
        ),
        click.option("--factory", metavar="NAME", help=f"Bundles: the global that is the factory (default {FACTORY})."),
        click.option(
            "--script",
            "scripts",
            multiple=True,
            metavar="FILE|URL",
            help="Bundles: a script to load before; repeatable.",
        ),
        click.option("--origin", metavar="URL", help=f"Bundles: the origin of the page (default {ORIGIN})."),
        click.option(
            "--env", multiple=True, metavar="NAME=VALUE", help="Bundles: a value of process.env; {desk_url} is put in."
        ),
        click.option(
            "--global",
            "globals_",
            multiple=True,
            metavar="PATH=JSON",
            help="Bundles: a global of the page; {desk_url} is put in.",
        ),
        click.option(
            "--rewrite",
            "rewrites",
            multiple=True,
            metavar="FROM=TO",
            help="Bundles: addresses that begin so go there, web sockets too, e.g. https://api.vendor.example={desk_url}.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def page_from(
    host_api: str | None,
    factory: str | None,
    scripts: Sequence[str],
    origin: str | None,
    env: Sequence[str],
    globals_: Sequence[str],
    rewrites: Sequence[str],
    **others: Any,
) -> tuple[PageOptions | None, dict[str, Any]]:
    """Return the page that the command line asks for, ``None`` if it says nothing of one, and the other options.

    Raises:
        BadTarget: an option is not of its form.
    """
    asked: dict[str, Any] = {
        "host_api": host_api,
        "factory": factory,
        "scripts": tuple(scripts),
        "origin": origin,
        "env": dict(pairs("--env", env)),
        "globals": json_pairs("--global", globals_),
        "rewrites": tuple(pairs("--rewrite", rewrites)),
    }
    said = {name: value for name, value in asked.items() if value}
    return PageOptions(**said) if said else None, others
