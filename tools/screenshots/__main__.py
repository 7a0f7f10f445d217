"""``python -m tools.screenshots [SET...]``: take the documents' pictures anew; needs Playwright and Chromium."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.screenshots import console, widget
from tools.screenshots.camera import NoChromium

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SETS: Mapping[str, Callable[[Path], list[Path]]] = {"console": console.take, "widget": widget.take}
WRONG_USE = 2


def main(names: list[str]) -> int:
    """Take the named sets of pictures, all of them without a name."""
    if set(names) - set(SETS):
        print(f"usage: python -m tools.screenshots [{' | '.join(SETS)}]", file=sys.stderr)  # noqa: T201
        return WRONG_USE
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        for name in names or SETS:
            for path in SETS[name](PICTURES):
                print(path)  # noqa: T201
    except NoChromium as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_USE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
