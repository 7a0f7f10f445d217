"""``python -m tools.summary REPORT...``: the last lines of ./dev verify, one for each JSON report, and their sum."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

WORDS = {
    "planned": "planned",
    "pass": "passed",
    "fail": "failed",
    "known_failure": "known failures",
    "skip": "skipped",
    "inconclusive": "inconclusive",
}


def sentence(counts: Counter[str]) -> str:
    """Return the counts in words; known failures only where there are some."""
    return ", ".join(f"{word} {counts[key]}" for key, word in WORDS.items() if key != "known_failure" or counts[key])


def main(paths: list[Path]) -> int:
    """Print the summaries; return 1 if a report is missing or not conformant."""
    total: Counter[str] = Counter()
    verdicts = []
    for path in paths:
        if not path.is_file():
            print(f"{path}: no report", file=sys.stderr)  # noqa: T201
            return 1
        report = json.loads(path.read_text(encoding="utf-8"))
        total.update(report["summary"])
        verdicts.append(report["verdict"])
        print(f"{report['subject']['kind']:8} {report['verdict']}; report: {path}")  # noqa: T201
    print(f"requirements: {sentence(total)}")  # noqa: T201
    return 0 if all(verdict == "conformant" for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
