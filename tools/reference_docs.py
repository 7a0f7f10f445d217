"""``python -m tools.reference_docs [--check]``: write docs/requirements.md from the registry, or tell if it is old."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from contracts.catalogue import GROUP_NAMES, catalogue
from contracts.requirement import Requirement
from contracts.scenario_list import all_scenarios

TARGET = Path(__file__).parents[1] / "docs" / "requirements.md"
HEAD = """# Requirements

Made from the registry by `./dev docs`; a test keeps the two equal. Levels: **MUST**: host or user is misled or blocked,
or data is lost or leaks. **SHOULD**: the experience degrades. **MAY**: judged only when the capability is declared, and
then as a MUST. Subject: whom the requirement judges; **both** means an adapter and a desk.

"""


def entry(one: Requirement, scenarios: list[str]) -> str:
    """Return the part of one requirement."""
    lines = [
        f"### {one.id} {one.title}",
        "",
        f"{one.level.value.upper()}, judges {one.subject.value}. "
        f"Guide: {', '.join(part.value for part in one.guide) or '-'}. Needs: {', '.join(one.needs) or '-'}.",
        "",
        f"- **What:** {one.what}",
        f"- **Why:** {one.why}",
        f"- **Seen:** {one.seen}",
        f"- **Scenarios:** {', '.join(scenarios) or 'generated sequences and the desk probes'}",
        "",
    ]
    return "\n".join(lines)


def document() -> str:
    """Return the whole page."""
    requirements = catalogue()
    parts = [HEAD, f"{len(requirements)} requirements.\n\n"]
    for group, members in groupby(requirements, key=lambda one: one.group):
        parts.append(f"## {group}: {GROUP_NAMES[group]}\n\n")
        for one in members:
            aimed = [scenario.name for scenario in all_scenarios() if one.id in scenario.aims]
            parts.append(entry(one, aimed) + "\n")
    return "".join(parts).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the page; with ``--check`` return 1 when the stored one differs."""
    text = document()
    if "--check" in arguments:
        return 0 if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
