"""``python -m tools.reference_docs [--check]``: make docs/requirements.md and docs/limits.md, or tell if one is old."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from contracts.catalogue import GROUP_NAMES, catalogue
from contracts.explanations import Explanation, Failure, explain
from tools import builtin_scripts, limits_docs

TARGET = Path(__file__).parents[1] / "docs" / "requirements.md"
HEAD = """# Requirements

Made from the registry by `./dev docs`; a test keeps the two equal. Levels: **MUST**: host or user is misled or blocked,
or data is lost or leaks. **SHOULD**: the experience degrades. **MAY**: judged only when the capability is declared, and
then as a MUST. Subject: whom the requirement judges; **both** means an adapter and a desk.

"""


def entry(told: Explanation) -> str:
    """Return the part of one requirement."""
    one = told.requirement
    exercised = [*told.scenarios, *(f"probe {name}" for name in told.probes)]
    exercised += ["generated requests"] if told.generated_requests else []
    lines = [
        f"### {one.id} {one.title}",
        "",
        f"{one.level.value.upper()}, judges {one.subject.value}. "
        f"Guide: {', '.join(part.value for part in one.guide) or '-'}. Needs: {', '.join(one.needs) or '-'}.",
        "",
        f"- **What:** {one.what}",
        f"- **Why:** {one.why}",
        f"- **Seen:** {one.seen}",
        *(f"  - {row.id}: {row.fault}" for row in told.rows),
        f"- **Exercised by:** {', '.join([*exercised, 'generated sequences'])}",
        *(line for failure in told.failures[:1] for line in example(failure)),
        "",
    ]
    return "\n".join(lines)


def example(failure: Failure) -> list[str]:
    """Return the lines of a failure."""
    return [
        f"- **What the author of {failure.whose} had done:** {failure.mistake}. It was found in `{failure.run}`:",
        "",
        "  ```text",
        f"  expected: {failure.expected}",
        f"  came:     {failure.actual}",
        *(f"  {line}" for line in failure.timeline),
        "  ```",
    ]


def document() -> str:
    """Return the whole page."""
    requirements = catalogue()
    parts = [HEAD, f"{len(requirements)} requirements.\n\n"]
    for group, members in groupby(requirements, key=lambda one: one.group):
        parts.append(f"## {group}: {GROUP_NAMES[group]}\n\n")
        for one in members:
            parts.append(entry(explain(one)) + "\n")
    return "".join(parts).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages; with ``--check`` return 1 when a stored one differs."""
    pages = {TARGET: document(), limits_docs.TARGET: limits_docs.document()}
    pages[builtin_scripts.TARGET] = builtin_scripts.document()
    if "--check" in arguments:
        return (
            0 if all(path.is_file() and path.read_text(encoding="utf-8") == text for path, text in pages.items()) else 1
        )
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
