"""What the verify and replay commands do: open the driver, verify with progress, print and write the reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from contracts import manual
from contracts.adapter import DeskDriver
from contracts.catalogue import select
from contracts.desk.targets import open_desk
from contracts.desk.undriven import NAME, UndrivenDesk
from contracts.drivers import MAPPING, NoDriver, open_driver
from contracts.lanes.targets import Opening
from contracts.no_desk import NoDesk
from contracts.publish import Outputs, console, publish
from contracts.replay import Replay, read_replay, suite_digest
from contracts.run import Verifier, verify
from contracts.subject import Subject
from contracts.timeline import timeline
from contracts.trace import Trace
from contracts.verdict import EXIT_CODES, Conclusion
from contracts.verification import Options, Progress


@contextmanager
def driven(name: str, desk_url: str | None = None) -> Iterator[DeskDriver]:
    """Open a driver and close it in the end."""
    driver = _open(name, desk_url)
    try:
        yield driver
    finally:
        driver.close()


def _open(name: str, desk_url: str | None) -> DeskDriver:
    if name == NAME:
        return NoDesk() if desk_url is None else UndrivenDesk(desk_url)
    if name == manual.NAME:
        if desk_url is None:
            raise NoDriver("driver manual: which desk? say it with --desk-url")
        return manual.ManualDriver(desk_url, manual.Terminal())
    try:
        return open_driver(name, {"desk_url": desk_url} if desk_url else None)
    except NoDriver as error:
        hint = "; --driver none verifies a desk without one" if desk_url else ""
        raise NoDriver(f"{error}{hint}") from error


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Show progress on standard error: a line that is rewritten on a terminal, else one line a stage."""
    terminal = sys.stderr.isatty()
    last = ""

    def show(progress: Progress) -> None:
        nonlocal last
        if terminal:
            sys.stderr.write(f"\r{progress.stage}: {progress.done}/{progress.planned}, {progress.failed} failing   ")
        elif progress.stage != last:
            sys.stderr.write(f"{progress.stage}: {progress.planned} planned\n")
        last = progress.stage
        sys.stderr.flush()

    try:
        yield show
    finally:
        if terminal:
            sys.stderr.write("\r" + " " * 60 + "\r")


@contextmanager
def adapter_subject(opening: Opening) -> Iterator[Subject]:
    """Open the adapter that the user names, and close it in the end.

    Raises:
        BadTarget: it cannot be had.
    """
    opened = opening.open()
    try:
        yield Subject("adapter", opened.name, opened.factory, takes=opened.takes)
    finally:
        opened.close()


def verify_adapter(
    opening: Opening,
    driver_name: str,
    options: Options,
    outputs: Outputs,
    desk_url: str | None = None,
) -> int:
    """Verify an adapter, print the report, write the files, and return the exit code.

    ``desk_url``: the desk that the driver drives; without it the driver starts one by itself.

    Raises:
        BadTarget, NoDriver, UnknownRequirement: wrong use.
    """
    select(options.select)
    with (
        adapter_subject(opening) as subject,
        driven(driver_name, desk_url) as driver,
        shown_progress() as progress,
    ):
        done = verify(subject, driver, options, progress)
    return publish(done, done.subject.name, driver_name, outputs, opening.to_json())


def verify_desk(url: str, driver_name: str | None, options: Options, outputs: Outputs, file: Path | None = None) -> int:
    """Verify the desk at ``url``, print the report, write the files, and return the exit code.

    ``file`` is the mapping of a desk of another shape. Without a driver's name, a mapping that has agents drives them.

    Raises:
        BadMapping, NoDriver, UnknownRequirement: wrong use.
    """
    url = url.rstrip("/")
    target = url if file is None else f"{MAPPING}{file}@{url}"
    desk = open_desk(target)
    name = driver_name or desk.driver
    select(options.select)
    with driven(name, url) as driver, shown_progress() as progress:
        done = verify(desk.subject, driver, options, progress, desk.further)
    return publish(done, target, name, outputs)


def replay_file(path: Path, *, judge: bool) -> int:
    """Play (or only judge) a replay file and return 1 when its requirement fails again, else 0.

    Raises:
        BadReplay, BadTarget, NoDriver: the file or what it names cannot be had.
    """
    replay = read_replay(path)
    out = console()
    if replay.suite_digest != suite_digest():
        out.print("note: the replay was written by another version of the suite", soft_wrap=True)
    trace = replay.trace if judge else _play_again(replay)
    requirement = select([replay.requirement])[0]
    findings = [one for one in requirement.judge(trace) if not one.ok]
    if not findings:
        again = "the stored trace is fine" if judge else "it did not happen again"
        out.print(f"{replay.requirement}: {again} ({replay.name}, {_length(replay)})", soft_wrap=True)
        return EXIT_CODES[Conclusion.CONFORMANT]
    out.print(f"FAIL {replay.requirement} {requirement.title}", soft_wrap=True, markup=False)
    out.print(f"  expected: {findings[0].expected}", soft_wrap=True, markup=False)
    out.print(f"  came:     {findings[0].actual}", soft_wrap=True, markup=False)
    out.print(f"  in {replay.name}, {_length(replay)}", soft_wrap=True, markup=False)
    for line in timeline(trace, findings[0].at):
        out.print(f"  {line}", soft_wrap=True, markup=False)
    return EXIT_CODES[Conclusion.NOT_CONFORMANT]


def _length(replay: Replay) -> str:
    steps = f"{len(replay.program)} steps"
    return f"{steps}, shortened from {replay.shrunk_from}" if replay.shrunk_from is not None else steps


def _play_again(replay: Replay) -> Trace:
    options = Options(select=(replay.requirement,), seed=replay.seed)
    desk = open_desk(replay.target) if replay.subject == "desk" else None
    opened = nullcontext(desk.subject) if desk else adapter_subject(Opening.from_json(replay.target, replay.opening))
    where = desk.url if desk else None
    with opened as subject, driven(replay.driver or "mockdesk", where) as driver:
        return Verifier(subject, driver, options).play(replay.name, replay.program, replay.settings)
