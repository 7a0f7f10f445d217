"""Writing the report: Markdown for people, and the same figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.goals import outcomes
from bench.measurement import Line, Measurement
from bench.table import goals_section, legend, line_section


@dataclass(frozen=True)
class Head:
    """What stands above the tables."""

    date: str
    command: str
    machine: str
    noise: str
    size: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """All that was measured, by the names of the lines."""

    head: Head
    lines: Sequence[Line]
    measured: Mapping[str, Sequence[Measurement]]
    remarks: Mapping[str, str]

    def to_markdown(self) -> str:
        """Return the report for people: the goals first."""
        sections = [_head(self.head), goals_section(outcomes(self.measured), self.remarks)]
        for line in self.lines:
            if line.name in self.measured:
                sections.append(line_section(line, self.measured[line.name], self.remarks.get(line.name, "")))
        return "\n".join(sections)

    def to_json(self) -> str:
        """Return the figures for programs."""
        told = {
            **asdict(self.head),
            "goals": [asdict(outcome) for outcome in outcomes(self.measured)],
            "lines": {name: [asdict(row) for row in rows] for name, rows in self.measured.items()},
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    def write(self, path: Path) -> None:
        """Write the Markdown to ``path``, and the JSON beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.to_markdown(), encoding="utf-8")
        path.with_suffix(".json").write_text(self.to_json(), encoding="utf-8")


def _head(head: Head) -> str:
    told = {
        "Machine": head.machine,
        "Noise": head.noise,
        "Size": head.size,
        "Versions": ", ".join(f"{name} {version}" for name, version in head.versions.items()),
        "Command": f"`{head.command}`",
    }
    lines = "\n".join(f"- {name}: {text}" for name, text in told.items())
    return f"# Benchmark of {head.date}\n\n{lines}\n\n{legend()}\n"
