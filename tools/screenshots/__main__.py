"""``python -m tools.screenshots [SET...] [--into FOLDER]``: take the documents' pictures anew; needs Playwright and
Chromium."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.screenshots import console, report, widget
from tools.screenshots.camera import NoChromium

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SETS: Mapping[str, Callable[[Path], list[Path]]] = {
    "console": console.take,
    "report": report.take,
    "widget": widget.take,
}
WRONG_USE = 2


def main(arguments: list[str]) -> int:
    """Take the named sets of pictures, all of them without a name; return 2 where there is no Chromium."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots")
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"one of: {', '.join(SETS)}")
    parser.add_argument("--into", type=Path, default=PICTURES, metavar="FOLDER")
    wanted = parser.parse_args(arguments)
    unknown = sorted(set(wanted.sets) - set(SETS))
    if unknown:
        parser.error(f"there are no pictures of {', '.join(unknown)}, but of: {', '.join(SETS)}")
    wanted.into.mkdir(parents=True, exist_ok=True)
    try:
        for name in wanted.sets or SETS:
            for path in SETS[name](wanted.into):
                print(path)  # noqa: T201
    except NoChromium as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_USE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
