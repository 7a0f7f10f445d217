"""A mapping file is played as an adapter against its own desk, whose agents the same file drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.drivers import open_driver
from contracts.lanes.targets import open_target
from contracts.run import verify
from contracts.subject import Subject
from contracts.verdict import Conclusion, Verdict
from contracts.verification import Options, Verification
from tests.mapping.foreign_desk import CONSOLE_KEY, ForeignDesk
from tests.mapping.foreign_desk_http import served

EXAMPLES = Path(__file__).parents[2] / "examples" / "mapping"


@pytest.fixture(autouse=True)
def console_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key with which agents work stands in the environment, not in the file."""
    monkeypatch.setenv("PARLEY_CONSOLE_KEY", CONSOLE_KEY)


def verified(file: Path, desk: ForeignDesk, select: tuple[str, ...] = ()) -> Verification:
    """Verify the adapter that a mapping file is."""
    with served(desk) as url:
        target = open_target(f"mapping:{file}")
        driver = open_driver(f"mapping:{file}@{url}")
        return verify(
            Subject("adapter", target.name, target.factory), driver, Options(select=select, sequences=0, brief=True)
        )


@pytest.mark.long
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_the_mapping_conforms(transport: str) -> None:
    """Whoever ships a mapping as an integration must be able to trust it."""
    done = verified(EXAMPLES / f"parley-{transport}.yaml", ForeignDesk())
    open_ones = [one.requirement.id for one in done.results if one.verdict not in (Verdict.PASS, Verdict.SKIP)]
    assert done.conclusion is Conclusion.CONFORMANT, open_ones
    assert sum(one.verdict is Verdict.PASS for one in done.results) > 35


@pytest.mark.all
def test_a_desk_that_tells_of_no_joining(tmp_path: Path) -> None:
    """The agent joins with the first thing that the agent does, as the file declares."""
    text = (EXAMPLES / "parley-websocket.yaml").read_text(encoding="utf-8")
    file = tmp_path / "silent.yaml"
    file.write_text(text.replace("  items: batch\n", "  items: batch\n  joins: implied\n"), encoding="utf-8")
    done = verified(file, ForeignDesk(announces=False), ("PRS-02", "MSG-02", "MSG-04"))
    assert [one.verdict for one in done.results] == [Verdict.PASS] * 3
