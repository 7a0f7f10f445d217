"""The page's time is the suite's: timers, dates, and what must stay on the machine's time."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from contracts.clock import SuiteClock
from contracts.host import CALL_THREAD
from contracts.no_desk import START
from tests.suite.javascript.pages import LANES, integration, page_of

SHOW = "callback.sendMessageToUser"


@pytest.mark.parametrize("lane", LANES)
def test_timers_fall_due_in_virtual_time(tmp_path: Path, lane: str) -> None:
    """An hour of a page's timers costs nothing, and each fires at its own moment and in order."""
    code = integration(
        userTyping=f"""async () => {{
            const began = Date.now();
            const show = (what) => {SHOW}(`${{what}} ${{(Date.now() - began) / 1000}}`);
            setTimeout(show, 3_600_000, 'hour');
            setTimeout(show, 2500, 'late');
            const cancelled = setTimeout(show, 1000, 'never');
            clearTimeout(cancelled);
            let count = 0;
            const often = setInterval(() => {{ show('often'); if (++count === 2) clearInterval(often); }}, 1000);
            return [new Date().getTime(), typeof often, new Date(5).getTime(), Date.UTC(2024, 0, 1)];
        }}""",
    )
    with page_of(code, tmp_path, lane) as page:
        assert page.adapter.user_typing(True) == [START * 1000, "number", 5, START * 1000]
        assert len(page.clock.timers()) == 3
        page.clock.advance(3600)
        shown = [arguments["message"] for _, arguments in page.host.wait_for(4)]
        assert shown == ["often 1", "often 2", "late 2.5", "hour 3600"]
        assert page.clock.timers() == []


@pytest.mark.parametrize("lane", LANES)
def test_left_over_timers_have_names(tmp_path: Path, lane: str) -> None:
    """LIF-10 names what an ended chat has left behind."""
    code = integration(
        userTyping="async () => { setTimeout(function pollAgain() {}, 2000); setInterval(() => 0, 50); }"
    )
    with page_of(code, tmp_path, lane) as page:
        page.adapter.user_typing(True)
        assert page.clock.timers() == ["interval of 50 ms", "pollAgain of 2000 ms"]


@pytest.mark.parametrize("lane", LANES)
def test_a_call_that_waits_for_time_says_so(tmp_path: Path, lane: str) -> None:
    """A pause before another attempt inside a call: nobody else would move the clock."""
    code = integration(userTyping="async () => { await new Promise((go) => setTimeout(go, 5000)); return Date.now(); }")
    with page_of(code, tmp_path, lane) as page:
        done: list[float] = []
        caller = threading.Thread(target=lambda: done.append(page.adapter.user_typing(True)))
        caller.start()
        due = waits_of(page.clock)
        assert due == START + 5
        page.clock.advance(5)
        caller.join(20)
        assert done == [(START + 5) * 1000]


@pytest.mark.parametrize("lane", LANES)
def test_a_timer_of_a_call_that_waits_for_the_network_is_given_its_share(tmp_path: Path, lane: str) -> None:
    """A time-out by setTimeout must come when nothing answers: after its part of the machine's time."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        code = integration(
            userTyping=f"""async () => {{
                const late = new AbortController();
                setTimeout(() => late.abort(), 2000);
                return fetch('{url}', {{ signal: late.signal }}).then(() => 'answered', (error) => error.name);
            }}""",
        )
        with page_of(code, tmp_path, lane) as page:
            done: list[str] = []
            began = time.monotonic()
            caller = threading.Thread(target=lambda: done.append(page.adapter.user_typing(True)))
            caller.start()
            assert waits_of(page.clock) == START + 2
            assert time.monotonic() - began >= 0.4  # 2 s by the scale of 0.25, less what the clocks differ
            page.clock.advance(2)
            caller.join(20)
            assert done == ["AbortError"]


@pytest.mark.parametrize("lane", LANES)
def test_time_outs_of_signals_stay_on_the_machines_time(tmp_path: Path, lane: str) -> None:
    """AbortSignal.timeout bounds the network, which knows nothing of virtual time; the suite shortens it."""
    code = integration(
        userTyping="""() => new Promise((resolve) => {
            const signal = AbortSignal.timeout(400);
            signal.addEventListener("abort", () => resolve([signal.reason.name, Date.now()]));
        })""",
    )
    with page_of(code, tmp_path, lane) as page:
        assert page.adapter.user_typing(True) == ["TimeoutError", START * 1000]


def waits_of(clock: SuiteClock) -> float | None:
    """Return when the timer falls due that a call waits for, once the page has told."""
    for _ in range(400):
        due = clock.next_wait_of(CALL_THREAD)
        if due is not None:
            return due
        clock.wait(threading.Event(), 0) or threading.Event().wait(0.05)
    return None
