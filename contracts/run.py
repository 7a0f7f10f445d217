"""The verify functions: play scenarios and generated sequences against a subject, judge every trace, conclude."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.adapter import DeskDriver
from contracts.capabilities import available, declared_by_desk, lacked, missing
from contracts.catalogue import select
from contracts.deadlines import Deadlines
from contracts.lanes.supervised import SubjectCrashed
from contracts.machine import StopGenerating, generate
from contracts.manual import StoppedByPerson
from contracts.program import Program, Scenario
from contracts.requirement import Requirement
from contracts.scenario_list import by_hand, scenarios_for, widest_first
from contracts.session import Session
from contracts.shrink_findings import Shrinker
from contracts.smoke import Miswired, check_wiring
from contracts.subject import Subject
from contracts.timing import Kind, Time, time_for
from contracts.trace import Trace
from contracts.verdict import Conclusion, Result, Run, Source, Tally, conclude, conclusion
from contracts.verification import Options, Progress, Verification

SHORTENING_HASTE = 0.3
"""A program that is being shortened misses what it missed before: its deadlines may be short."""


class Verifier:
    """Judges the runs of one verification as they come."""

    def __init__(
        self,
        subject: Subject,
        driver: DeskDriver,
        options: Options,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.subject = subject
        self.driver = driver
        self.options = options
        self.requirements = [one for one in select(options.select) if one.applies_to(subject.kind)]
        self._blocked: dict[str, list[str | None]] = {}
        self.tallies = {one.id: Tally() for one in self.requirements}
        self.have: frozenset[str] = frozenset()
        self.lacks: Mapping[str, str] = {}
        self.declared: frozenset[str] = frozenset()
        self.functions: Sequence[str] = ()
        self.runs = 0
        self.playing = ""
        self.deadlines = Deadlines(self.options.haste)
        self._progress = progress or (lambda _: None)
        self._time: Time | None = None

    @property
    def by_hand(self) -> int:
        """How many scenarios a person plays who is the driver; 0 when it is a program."""
        return int(self.driver.describe().get("by_hand", 0))

    def time(self) -> Time:
        """Return whose time the runs take; finds it out at the first call.

        Raises:
            SubjectCrashed, Miswired: an adapter's process failed when it was asked.
        """
        if self._time is None:
            self.playing = "zero, in which nothing but the handshake is tried"
            self._time = time_for(self.subject.takes(self.driver), self.driver.describe())
        return self._time

    def session(
        self,
        about: Mapping[str, Any],
        settings: Mapping[str, Any] | None = None,
        deadlines: Deadlines | None = None,
    ) -> Session:
        """Open a session on a fresh desk."""
        return Session(
            self.subject,
            self.driver,
            settings=settings,
            timeout_scale=self.options.timeout_scale,
            about=about,
            deadlines=deadlines or self.deadlines,
            time=self.time(),
        )

    def play(
        self,
        name: str,
        program: Program,
        settings: Mapping[str, Any] | None = None,
        source: Source = Source.SCENARIO,
    ) -> Trace:
        """Play one program and judge it."""
        self.playing = name
        trace = self.trace_of(name, program, settings or {})
        self.judge(Run(name, program, trace, dict(settings or {}), source))
        return trace

    def trace_of(
        self, name: str, program: Program, settings: Mapping[str, Any], deadlines: Deadlines | None = None
    ) -> Trace:
        """Play one program and judge nothing; with fresh ``deadlines`` it is as patient as the first run was."""
        with self.session({"scenario": name}, settings, deadlines) as session:
            return session.play(program)

    def judge(self, run: Run) -> None:
        """Judge one trace by every requirement that can be judged.

        Raises:
            StopGenerating: the requirement at which the run should stop has failed.
        """
        self.runs += 1
        self.functions = self.functions or run.trace.about.get("functions", ())
        clock = "virtual" if self.time().kind is Kind.VIRTUAL else "real"
        self.declared |= declared_by_desk(run.trace)
        description = {**self.driver.describe(), "clock": clock}
        self.lacks = description.get("lacks", {})
        self.have = available(self.functions, description, self.declared)
        for one in self.requirements:
            if self._missing(one) is None:
                self.tallies[one.id].take(one, run)
        if self.options.stop_at is not None and self.tallies[self.options.stop_at].findings:
            raise StopGenerating(self.options.stop_at)

    def report_progress(self, stage: str, done: int, planned: int) -> None:
        """Tell how far it is."""
        failed = sum(bool(tally.findings) for tally in self.tallies.values())
        self._progress(Progress(stage, done, planned, failed))

    def scenarios(self) -> None:
        """Play every scenario that aims at what is to be judged; the smoke test first.

        Raises:
            Miswired: the smoke test shows that the subject is not reached at all.
        """
        planned: tuple[Scenario, ...] = scenarios_for([one.id for one in self.requirements])
        if self.by_hand:
            planned = by_hand(planned, self.driver.describe()["actions"], self.by_hand)
        if self.options.brief:
            planned = widest_first(planned, self.tallies)
        for number, scenario in enumerate(planned):
            self.report_progress("scenarios", number, len(planned))
            if self.options.brief and number > 0 and self._is_reached(scenario):
                continue
            why = self._untold(scenario)
            if why is None:
                trace = self.play(scenario.name, scenario.program, scenario.settings)
                why = lacked(trace)
                if number == 0:
                    check_wiring(trace)
            for aim in scenario.aims:
                self._blocked.setdefault(aim, []).append(why)
        self.report_progress("scenarios", len(planned), len(planned))

    def _is_reached(self, scenario: Scenario) -> bool:
        """Tell whether each requirement at which a scenario aims has been aimed at by another that could be played."""
        aims = [aim for aim in scenario.aims if aim in self.tallies]
        return all(self.tallies[aim].exercised and None in self._blocked.get(aim, ()) for aim in aims)

    def _untold(self, scenario: Scenario) -> str | None:
        """Return why a scenario would not be what it says: it wants settings that the desk does not take, or agents."""
        description = self.driver.describe()
        if scenario.settings and not description.get("settings", True):
            return "the driver's desk takes no settings"
        agents = self.subject.kind == "adapter" and any(step.do == "act" for step in scenario.program)
        if agents and "act" not in description.get("operations", ()):
            return "nobody plays the agents"
        return None

    def sequences(self) -> None:
        """Play the generated sequences."""
        count = 0
        planned = 0 if self.by_hand else self.options.sequences

        def open_session(asked: Mapping[str, Any]) -> Session:
            self.playing = f"sequence {count + 1}"
            return self.session({"sequence": True}, asked)

        def hand_over(program: Program, trace: Trace, asked: Mapping[str, Any]) -> None:
            nonlocal count
            count += 1
            self.report_progress("sequences", count, planned)
            self.judge(Run(f"sequence {count}", program, trace, dict(asked), source=Source.SEQUENCE))

        if planned > 0:
            generate(open_session, hand_over, sequences=planned, seed_value=self.options.seed)

    def results(self) -> list[Result]:
        """Return the verdicts."""
        return [self._result(one) for one in self.requirements]

    def shrunk(self, results: Sequence[Result]) -> tuple[list[Result], list[str]]:
        """Return the results with findings reduced to shorter programs, and notes, if there is time for it."""
        if self.by_hand or self.options.shrink_seconds <= 0 or self.options.stop_at is not None:
            return list(results), []
        fresh = Deadlines(self.options.haste * SHORTENING_HASTE)
        shrinker = Shrinker(
            self.trace_of,
            lambda name, program, settings: self.trace_of(name, program, settings, fresh),
            self.options.shrink_seconds,
            progress=lambda done, planned: self.report_progress("shortening", done, planned),
        )
        try:
            return shrinker.results(results)
        except (SubjectCrashed, Miswired) as error:
            return list(results), [f"failures were not shortened: {error}"]

    def _result(self, one: Requirement) -> Result:
        tally, missing = self.tallies[one.id], self._missing(one)
        if missing is None and not tally.exercised and tally.broke is None:
            missing = self._out_of_reach(one)
        return conclude(one, tally, missing)

    def _out_of_reach(self, one: Requirement) -> str | None:
        """Return what kept every program that aims at a requirement from exercising it, as the driver lacks it."""
        reasons = self._blocked.get(one.id) or [None]
        if None not in reasons:
            return f"nothing could exercise it: {reasons[0]}"
        offered = self.driver.describe().get("operations", ())
        if self.subject.kind == "adapter" and not {"act", "conversations"} & set(offered):
            return "nothing could exercise it: nobody plays the agents, or tells what the desk has"
        return None

    def _missing(self, one: Requirement) -> str | None:
        """Return why a requirement is skipped, or ``None``."""
        return missing(one, self.have, self.options.profile, self.lacks) or self.subject.lacks(one, self.have)


def verify(
    subject: Subject,
    driver: DeskDriver,
    options: Options,
    progress: Callable[[Progress], None] | None = None,
    further: Callable[[Verifier], list[str]] | None = None,
) -> Verification:
    """Verify one subject over a driver's desks. ``further`` adds runs of its own (the desk's probes) and returns notes.

    Raises:
        UnknownRequirement: the selection names nothing.
    """
    began = time.monotonic()
    verifier = Verifier(subject, driver, options, progress)
    done = Verification(subject, options, driver.describe())
    try:
        done.time = verifier.time()
        verifier.scenarios()
        if further is not None:
            done.notes = further(verifier)
        verifier.sequences()
    except Miswired as error:
        done.conclusion, done.why = Conclusion.MISWIRED, str(error)
    except SubjectCrashed as error:
        done.conclusion, done.why = Conclusion.CRASHED, f"in run {verifier.playing}: {error.what}"
        done.log = list(error.log)
    except StoppedByPerson:
        done.notes.append("the person who plays the agents stopped the run; what came before is judged")
    except StopGenerating:
        pass
    done.results, done.runs, done.functions = verifier.results(), verifier.runs, verifier.functions
    if done.why is None:
        done.results, notes = verifier.shrunk(done.results)
        done.notes += notes
        done.conclusion = conclusion(done.results, options.level)
    done.seconds = time.monotonic() - began
    return done
