"""The HTML report in a real browser: alone, as narrow as a phone, and useful without its script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from contracts.report_html import report_html
from tests.reports.chromium import Page, chromium
from tests.unit.reports.build import HOSTILE, failed, mixed, verification

pytestmark = pytest.mark.all


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One Chromium for all tests of this file."""
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """A tab with scripts allowed, nothing requested yet, 1200 pixels wide."""
    browser.requested.clear()
    browser.logged.clear()
    browser.resize(1200)
    yield browser
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def written(folder: Path, text: str = "hello", name: str = "report.html") -> str:
    """Write a report with a result of every kind and return its URL."""
    path = folder / name
    path.write_text(report_html(mixed(text), {"LIF-06": "contracts replay x"}), encoding="utf-8")
    return path.as_uri()


def test_no_browser_is_left_behind(tmp_path: Path) -> None:
    """One browser of 130 MB that stays with each run ends a machine that runs the tests for weeks."""
    with chromium(tmp_path):
        assert processes_with(str(tmp_path))
    assert processes_with(str(tmp_path)) == []


def processes_with(word: str) -> list[str]:
    """Return the command lines of all processes of this machine that hold a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found.append(path.read_text(encoding="utf-8", errors="replace"))
    return [line for line in found if word in line]


def test_nothing_is_requested_but_the_file(page: Page, tmp_path: Path) -> None:
    """The page must open where there is no network, and tell nobody that it was opened."""
    url = written(tmp_path)
    page.open(url)
    assert page.requested == [url]
    assert page.logged == []  # the policy has refused nothing of our own


@pytest.mark.parametrize("width", [320, 400, 1200])
def test_the_page_is_never_wider_than_the_window(width: int, page: Page, tmp_path: Path) -> None:
    """Who reads a failure on the way to work scrolls in one direction only."""
    page.resize(width)
    long_words = "W" * 300
    page.open(written(tmp_path, long_words))
    page.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.value("innerWidth") == width
    assert page.value("document.documentElement.scrollWidth") <= width


def test_hostile_text_does_not_run(page: Page, tmp_path: Path) -> None:
    """A subject's message is shown, with all its brackets, and does nothing."""
    hostile = f"{HOSTILE}<img src=x onerror=\"window.caught='img'\"><svg onload=\"window.caught='svg'\">"
    url = written(tmp_path, hostile)
    page.open(url)
    assert page.requested == [url]
    assert page.value("window.caught") is None
    assert page.value("document.querySelectorAll('img').length") == 0
    assert "<img src=x" in page.value("document.querySelector('#LIF-06 .came').textContent")


def test_the_filter_works_without_scripts(page: Page, tmp_path: Path) -> None:
    """Build servers serve reports with scripts switched off."""
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(written(tmp_path))
    shown = "[...document.querySelectorAll('.verdict')].filter(one => one.checkVisibility()).length"
    assert page.value(shown) == 8
    page.value("document.getElementById('show-fail').click()")
    assert page.value(shown) == 2
    page.value("document.getElementById('show-known_failure').click()")
    assert page.value(shown) == 1


def test_a_link_opens_what_the_filter_hides(page: Page, tmp_path: Path) -> None:
    """A click in the matrix must never lead to nothing."""
    page.open(written(tmp_path))
    page.value("document.getElementById('show-fail').click()")
    page.value("document.querySelector('.matrix a[href=\"#PRS-11\"]').click()")
    page.value("new Promise(requestAnimationFrame)")
    assert page.value("document.getElementById('PRS-11').checkVisibility()")
    assert page.value("document.querySelector('#PRS-11 details').open")


def test_the_picture_is_drawn_where_it_belongs(page: Page, tmp_path: Path) -> None:
    """Arrows stand between the lanes that the head names, at every width."""
    (tmp_path / "one.html").write_text(report_html(verification(failed("LIF-06"))), encoding="utf-8")
    for width in (400, 1200):
        page.resize(width)
        page.open((tmp_path / "one.html").as_uri())
        ends = page.value(
            "(() => { const arrow = document.querySelector('.row.user .arrow.call').getBoundingClientRect();"
            "const names = [...document.querySelectorAll('.names span')];"
            "const [user, adapter] = names.map(one => one.getBoundingClientRect());"
            "const middle = box => box.left + box.width / 2;"
            "return [arrow.left - middle(user), arrow.right - middle(adapter)]; })()"
        )
        assert all(abs(off) < 3 for off in ends), (width, ends)


def test_the_lanes_go_straight_down(page: Page, tmp_path: Path) -> None:
    """A row that is laid out otherwise than its neighbours breaks the lanes."""
    page.open(written(tmp_path))
    places = page.value(
        "[...new Set([...document.querySelectorAll('.row .lanes .lane:first-child')]"
        ".map(one => Math.round(one.getBoundingClientRect().left)))]"
    )
    assert len(places) == 1, places


def test_every_cell_of_the_matrix_can_be_reached_by_keyboard(page: Page, tmp_path: Path) -> None:
    """Not everybody has a mouse."""
    page.open(written(tmp_path))
    assert page.value("[...document.querySelectorAll('.matrix a.cell')].every(one => one.tabIndex === 0)")
    page.value("document.querySelector('.matrix a.cell').focus()")
    assert page.value("document.activeElement.className").startswith("cell")
