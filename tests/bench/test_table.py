"""The tables of the report."""

from __future__ import annotations

import json
from pathlib import Path

from bench.machine import MachineTimes
from bench.measurement import Measurement, Noise, Ratio
from bench.report import Head, Report
from bench.runner import noise_in_words
from bench.table import line_section, markdown
from tests.bench.support import line, row

HEAD = Head("2026-01-01 12:00", "./dev bench --quick", "2 cores", "others used 3 %", "quick", {"Prism": "5.16.0"})


def cells(section: str, subject: str) -> list[str]:
    """Return the cells of a subject's row."""
    found = next(text for text in section.splitlines() if text.startswith(f"| {subject}"))
    return [cell.strip() for cell in found.strip("|").split("|")]


def test_a_row_has_its_figures_and_its_ratio() -> None:
    """The ratio to the reference of the same run is what the table is for."""
    section = line_section(line(ratio=Ratio("rate", "Prism")), [row(rate=2_600.4, ms=1.5), row("Prism", rate=2_000.0)])
    assert cells(section, "ours") == ["ours", "", "2,600", "1.50", "1.30", "10", "0", "0"]
    assert cells(section, "Prism") == ["Prism", "", "2,000", "–", "1.00", "10", "0", "0"]
    assert "per s, of Prism's" in section


def test_without_its_reference_a_row_has_no_ratio() -> None:
    """--peers none must still give a table."""
    section = line_section(line(ratio=Ratio("rate", "Prism")), [row(rate=1.0, ms=1.0)])
    assert cells(section, "ours")[4] == "–"


def test_what_was_not_measured_says_why() -> None:
    """An empty row would be taken for an oversight."""
    section = line_section(line(), [Measurement("Prism", "", reason="needs node | and npm")])
    assert "not measured: needs node \\| and npm" in section


def test_a_limiting_generator_and_noise_are_marked() -> None:
    """A figure that the generator or other programs made small must not be taken for the server's."""
    rows = [
        Measurement("limited", "", {"rate": 1.0, "ms": 1.0}, 93.0, Noise(3, 0)),
        Measurement("disturbed", "", {"rate": 1.0, "ms": 1.0}, 89.0, Noise(31, 0)),
        Measurement("robbed", "", {"rate": 1.0, "ms": 1.0}, 89.0, Noise(0, 31)),
    ]
    section = line_section(line(), rows)
    assert cells(section, "limited")[4] == "93 **limit**"
    assert cells(section, "limited")[0] == "limited"
    assert cells(section, "disturbed")[:5] == ["disturbed *", "", "1", "1.00", "89"]
    assert cells(section, "robbed")[0] == "robbed *"


def test_every_row_of_a_table_has_as_many_cells() -> None:
    """Markdown drops what stands outside of the columns."""
    rows = [row(rate=1.0, ms=1.0), Measurement("Prism", "", reason="gone")]
    table = line_section(line(ratio=Ratio("rate", "Prism")), rows).split("\n\n")[2]
    assert len({text.count("|") for text in table.splitlines()}) == 1
    assert markdown(["a"], [["x\ny"]]) == "| a |\n| --- |\n| x y |\n"


def test_the_report_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    """Both must hold the same figures, what limits a line, and how to measure again."""
    report = Report(HEAD, [line()], {"a-line": [row(rate=12.0, ms=0.5)]}, {"a-line": "The disk."})
    report.write(tmp_path / "deep" / "result.md")
    text = (tmp_path / "deep" / "result.md").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "deep" / "result.json").read_text(encoding="utf-8"))
    assert "What limits it: The disk." in text
    assert "`./dev bench --quick`" in text
    assert "Prism 5.16.0" in text
    assert told["lines"]["a-line"][0]["values"] == {"rate": 12.0, "ms": 0.5}
    assert told["versions"] == {"Prism": "5.16.0"}


def test_noise_is_what_others_used() -> None:
    """The run's own work is no noise; the hypervisor's share counts apart."""
    before, after = MachineTimes(10.0, 100.0, 1.0), MachineTimes(20.0, 114.0, 3.0)
    assert noise_in_words(before, after, 9.0) == "others used 50 % of one core, the hypervisor took 20 %, over 10 s"
