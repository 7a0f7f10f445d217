"""A picture of the HTML report of a bundle with a fault: the example's, whose timers outlive the chat."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.screenshots.camera import camera

WIDE, HIGH = 1280, 1000
EXAMPLE = Path(__file__).parents[2] / "examples" / "bundle" / "simulated.js"
FORGOTTEN = "this.timers.forEach((timer) => clearTimeout(timer));"
OPTIONS = ("--lane", "node", "--host-api", "2023", "--desk", "none", "--quick")


def take(folder: Path) -> list[Path]:
    """Take the picture into a folder and return its path."""
    with TemporaryDirectory() as place, camera(folder) as one:
        page = one.open(_report(Path(place)).as_uri(), WIDE, HIGH)
        page.get_by_text("LIF-06").first.wait_for()
        one.take(page, "report-of-a-bundle")
        return one.taken


def _report(place: Path) -> Path:
    bundle, report = place / "forgetful.js", place / "report.html"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert FORGOTTEN in text
    bundle.write_text(text.replace(FORGOTTEN, ""), encoding="utf-8")
    where = ("--html", str(report), "--replays", str(place))
    command = [sys.executable, "-m", "contracts", "verify", "adapter", bundle.name, *OPTIONS, *where]
    subprocess.run(command, cwd=place, capture_output=True, check=False)
    return report
