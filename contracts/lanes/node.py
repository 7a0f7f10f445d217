"""The Node lane: a bundle is loaded by Node, one process an adapter. Fast, for integrations that need no document."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from contracts.lanes.javascript import BundleFactory, Opened, PageOptions
from contracts.lanes.line import Line, OpenLine
from contracts.lanes.python_object import BadTarget
from contracts.lanes.stdio_process import LineProcess

OLDEST = 20
WITH_WEB_SOCKETS = 22
"""The first version of Node that has a WebSocket without being asked for one."""
VERSION_SECONDS = 20.0


def find_node() -> Sequence[str]:
    """Return the command that starts Node, with the flags that its version needs.

    Raises:
        BadTarget: there is no Node, or it is too old.
    """
    program = shutil.which("node")
    if program is None:
        raise BadTarget("the lane node needs Node.js on the PATH (Debian: apt-get install nodejs)")
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=False)
    version = re.match(r"v(\d+)\.", told.stdout)
    major = int(version[1]) if version else 0
    if major < OLDEST:
        raise BadTarget(
            f"the lane node needs Node.js {OLDEST} or newer, and this is {told.stdout.strip() or 'unknown'}"
        )
    return [program, "--no-warnings", *(["--experimental-websocket"] if major < WITH_WEB_SOCKETS else [])]


def open_node(bundle: Path, options: PageOptions) -> Opened:
    """Return the factory of a bundle in Node, and what closes the lane.

    Raises:
        BadTarget: Node cannot be had, or an extra script is no file.
    """
    remote = next((script for script in options.scripts if "://" in script), None)
    if remote is not None:
        raise BadTarget(f"--script {remote}: the lane node loads files only; save it, or use --lane browser")
    command = find_node()
    folder = tempfile.TemporaryDirectory(prefix="contracts-node-")

    def open_page(config: Mapping[str, Any]) -> OpenLine:
        with tempfile.NamedTemporaryFile("w", suffix=".json", dir=folder.name, delete=False) as file:
            json.dump(config, file)

        def open_line(
            on_line: Callable[[bytes], None], on_log: Callable[[str], None], on_end: Callable[[], None]
        ) -> Line:
            return LineProcess([*command, str(host), file.name], on_line, on_log, on_end)

        return open_line

    scripts = as_file(files("contracts.lanes").joinpath("js"))
    host = scripts.__enter__() / "node.mjs"

    def close() -> None:
        scripts.__exit__(None, None, None)
        folder.cleanup()

    return BundleFactory(bundle, options, open_page), close
