"""``python -m tools.counts FILE``: how many tests of a pytest run passed and failed, from its JUnit report."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as Xml


def states(root: Xml.Element) -> Counter[str]:
    """Return how many test cases have each state; one that broke in its set-up or tear-down has failed."""
    return Counter(_state({child.tag for child in case}) for case in root.iter("testcase"))


def _state(tags: set[str]) -> str:
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"


def sentence(counts: Counter[str]) -> str:
    """Return the counts in one line."""
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def main(path: Path) -> int:
    """Print the counts; return 1 when there is no report to read."""
    try:
        root = Xml.parse(path).getroot()
    except (OSError, Xml.ParseError) as error:
        print(f"{path}: no test report: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(sentence(states(root)))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
