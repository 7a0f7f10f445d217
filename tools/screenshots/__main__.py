"""``python -m tools.screenshots console``: take the pictures of the documents anew; needs Playwright and Chromium."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.screenshots import console

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SETS: Mapping[str, Callable[[Path], list[Path]]] = {"console": console.take}


def main(names: list[str]) -> int:
    """Take the named sets of pictures."""
    if not names or set(names) - set(SETS):
        print(f"usage: python -m tools.screenshots {' | '.join(SETS)}", file=sys.stderr)  # noqa: T201
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in names:
        for path in SETS[name](PICTURES):
            print(path)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
