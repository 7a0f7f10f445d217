"""The pytest plugin: ``pytest --byosd-adapter package.module:factory`` makes one test of each requirement.

This module is loaded into every pytest run of an environment in which the suite is installed, so it imports nothing;
all the rest is in :mod:`contracts.pytest_items` and is imported when one of the options is given.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("byosd", "conformance of web chat adapters and service desks")
    add = group.addoption  # built-in types only: pytest-xdist hands the options on to its workers
    add("--byosd-adapter", metavar="TARGET", help="verify the adapter that package.module:factory builds")
    add("--byosd-desk", metavar="URL", help="verify the desk at URL")
    add("--byosd-driver", metavar="DRIVER", default="mockdesk", help="plays the agents (default mockdesk)")
    add("--byosd-select", metavar="ID|GROUP,...", default="", help="judge only these requirements")
    add("--byosd-profile", choices=("core", "full"), default="full", help="core or full (default)")
    add("--byosd-level", choices=("must", "should", "may"), default="must", help="failures down to it count")
    add("--byosd-sequences", metavar="N", type=int, help="how many sequences are generated")
    add("--byosd-seed", metavar="N", type=int, default=0, help="of the generated sequences (default 0)")
    add("--byosd-known-failures", metavar="FILE", help="YAML file of known failures")
    add("--byosd-replays", metavar="FOLDER", default="reports", help="where replay files go (default reports)")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the requirements' tests if a subject is given."""
    if config.option.byosd_adapter or config.option.byosd_desk:
        from contracts.pytest_items import Conformance

        config.pluginmanager.register(Conformance(config), "byosd-conformance")
