"""The report as Markdown: pure, of the measurements alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.goals import Outcome, reference_value
from bench.measurement import LIMIT_PERCENT, NOISY_PERCENT, Line, Measurement, Noise, Quantity, Ratio

NONE = "–"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; what stands in the cells is kept from breaking it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def number(value: float | None, decimals: int) -> str:
    """Return a number for people, the dash for none."""
    return NONE if value is None else f"{value:,.{decimals}f}"


def line_section(line: Line, rows: Sequence[Measurement], remark: str = "") -> str:
    """Return the section of a line: what it is, its table, and what limits it."""
    head = ["", "case", *(quantity.title for quantity in line.quantities)]
    head += [_ratio_title(line.ratio, line.quantities)] if line.ratio else []
    head += ["generator CPU %", "others' CPU %", "steal %"]
    table = markdown(head, [_row(line, row, rows) for row in rows])
    limits = f"\nWhat limits it: {remark}\n" if remark else ""
    return f"## {line.title} (`{line.name}`)\n\n{line.how}\n\n{table}{limits}"


def _ratio_title(ratio: Ratio, quantities: Sequence[Quantity]) -> str:
    title = next(quantity.title for quantity in quantities if quantity.key == ratio.key)
    return f"{title}, of {ratio.reference}'s"


def _row(line: Line, row: Measurement, rows: Sequence[Measurement]) -> list[str]:
    name = row.subject + (" *" if row.is_noisy else "")
    if not row.values:
        width = len(line.quantities) + bool(line.ratio) + 2
        return [name, row.case, f"not measured: {row.reason}", *[""] * width]
    cells = [number(row.values.get(quantity.key), quantity.decimals) for quantity in line.quantities]
    cells += [_ratio(line.ratio, row, rows)] if line.ratio else []
    generator = number(row.generator_cpu_percent, 0) + (" **limit**" if row.generator_is_limit else "")
    noise = row.noise or Noise(0, 0)
    return [name, row.case, *cells, generator, number(noise.others_cpu_percent, 0), number(noise.steal_percent, 0)]


def _ratio(ratio: Ratio, row: Measurement, rows: Sequence[Measurement]) -> str:
    base = reference_value(rows, ratio.reference, row.case, ratio.key)
    return number(row.values[ratio.key] / base if base and ratio.key in row.values else None, 2)


def goals_section(outcomes: Sequence[Outcome], remarks: Mapping[str, str]) -> str:
    """Return the table of the goals."""
    head = ["goal", "of whom", "case", "wanted", "measured", "", "what limits it"]
    rows = [
        [
            outcome.goal.title,
            outcome.goal.subject,
            outcome.goal.case,
            f"{outcome.goal.bound} {outcome.goal.target:,g}",
            NONE if outcome.measured is None else f"{outcome.measured:,.4g}",
            outcome.verdict,
            remarks.get(outcome.goal.line, "") if outcome.verdict != "met" else "",
        ]
        for outcome in outcomes
    ]
    return f"## Goals\n\n{markdown(head, rows)}"


def legend() -> str:
    """Return what the marks mean."""
    return (
        f"`*`: other programs used, or the hypervisor took, more than {NOISY_PERCENT:.0f} % of one core. "
        f"**limit**: the load generator was at {LIMIT_PERCENT:.0f} % or more of its core: the server could do more. "
        "CPU is that of all processes of the server. All percentages are of one core."
    )
