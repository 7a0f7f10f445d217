"""The HTML report in a real browser: alone, as narrow as a phone, and useful without its script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from contracts.report_html import report_html
from tests.browser.guard import Guard
from tests.unit.reports.build import HOSTILE, failed, mixed, verification

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.all


class Report(Protocol):
    """Opens a report in a tab of its own."""

    def __call__(self, url: str, *, width: int = 1200, scripts: bool = True) -> Page:
        """``width``: of the window, in pixels; below 700 it is a phone's."""


@pytest.fixture
def report(browser: Browser, guard: Guard) -> Iterator[Report]:
    """At the end the test fails on errors of the page, and on requests to anywhere else."""
    with ExitStack() as contexts:

        def opened(url: str, *, width: int = 1200, scripts: bool = True) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, is_mobile=width < 700, java_script_enabled=scripts
            )
            contexts.callback(context.close)
            guard.watch(context)
            page = context.new_page()
            page.goto(url)
            return page

        yield opened
    guard.check()


def written(folder: Path, text: str = "hello", name: str = "report.html") -> str:
    """Write a report with a result of every kind and return its URL."""
    path = folder / name
    path.write_text(report_html(mixed(text), {"LIF-06": "contracts replay x"}), encoding="utf-8")
    return path.as_uri()


def test_nothing_is_requested_but_the_file(report: Report, guard: Guard, tmp_path: Path) -> None:
    """The page must open where there is no network, and tell nobody that it was opened."""
    url = written(tmp_path)
    report(url)
    assert [request.url for request in guard.requests] == [url]
    assert guard.told == []  # the policy has refused nothing of our own


@pytest.mark.parametrize("width", [320, 400, 1200])
def test_the_page_is_never_wider_than_the_window(width: int, report: Report, tmp_path: Path) -> None:
    """Who reads a failure on the way to work scrolls in one direction only."""
    long_words = "W" * 300
    page = report(written(tmp_path, long_words), width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_text_does_not_run(report: Report, guard: Guard, tmp_path: Path) -> None:
    """A subject's message is shown, with all its brackets, and does nothing."""
    hostile = f"{HOSTILE}<img src=x onerror=\"window.caught='img'\"><svg onload=\"window.caught='svg'\">"
    url = written(tmp_path, hostile)
    page = report(url)
    assert [request.url for request in guard.requests] == [url]
    assert page.evaluate("window.caught") is None
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert "<img src=x" in page.evaluate("document.querySelector('#LIF-06 .came').textContent")


def test_the_filter_works_without_scripts(report: Report, tmp_path: Path) -> None:
    """Build servers serve reports with scripts switched off."""
    page = report(written(tmp_path), scripts=False)
    shown = "[...document.querySelectorAll('.verdict')].filter(one => one.checkVisibility()).length"
    assert page.evaluate(shown) == 8
    page.evaluate("document.getElementById('show-fail').click()")
    assert page.evaluate(shown) == 2
    page.evaluate("document.getElementById('show-known_failure').click()")
    assert page.evaluate(shown) == 1


def test_a_link_opens_what_the_filter_hides(report: Report, tmp_path: Path) -> None:
    """A click in the matrix must never lead to nothing."""
    page = report(written(tmp_path))
    page.evaluate("document.getElementById('show-fail').click()")
    page.evaluate("document.querySelector('.matrix a[href=\"#PRS-11\"]').click()")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate("document.getElementById('PRS-11').checkVisibility()")
    assert page.evaluate("document.querySelector('#PRS-11 details').open")


def test_the_picture_is_drawn_where_it_belongs(report: Report, tmp_path: Path) -> None:
    """Arrows stand between the lanes that the head names, at every width."""
    (tmp_path / "one.html").write_text(report_html(verification(failed("LIF-06"))), encoding="utf-8")
    for width in (400, 1200):
        page = report((tmp_path / "one.html").as_uri(), width=width)
        ends = page.evaluate(
            "(() => { const arrow = document.querySelector('.row.user .arrow.call').getBoundingClientRect();"
            "const names = [...document.querySelectorAll('.names span')];"
            "const [user, adapter] = names.map(one => one.getBoundingClientRect());"
            "const middle = box => box.left + box.width / 2;"
            "return [arrow.left - middle(user), arrow.right - middle(adapter)]; })()"
        )
        assert all(abs(off) < 3 for off in ends), (width, ends)


def test_the_lanes_go_straight_down(report: Report, tmp_path: Path) -> None:
    """A row that is laid out otherwise than its neighbours breaks the lanes."""
    page = report(written(tmp_path))
    places = page.evaluate(
        "[...new Set([...document.querySelectorAll('.row .lanes .lane:first-child')]"
        ".map(one => Math.round(one.getBoundingClientRect().left)))]"
    )
    assert len(places) == 1, places


def test_every_cell_of_the_matrix_can_be_reached_by_keyboard(report: Report, tmp_path: Path) -> None:
    """Not everybody has a mouse."""
    page = report(written(tmp_path))
    assert page.evaluate("[...document.querySelectorAll('.matrix a.cell')].every(one => one.tabIndex === 0)")
    page.evaluate("document.querySelector('.matrix a.cell').focus()")
    assert page.evaluate("document.activeElement.className").startswith("cell")
