"""One pytest item a requirement. The verification runs once, before the first of them, and its verdicts are spread.

Under pytest-xdist each worker collects every item and runs some. The first worker that comes to one verifies, the
others wait for the file in which it leaves the verdicts; a worker that dies leaves its lock to the next one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import UnknownRequirement, select
from contracts.known_failures import BadKnownFailures, read_known_failures
from contracts.pytest_verdicts import Asked, Told, Verdicts, verdicts
from contracts.requirement import Requirement

NAME = "byosd"
"""The node under which the requirements stand: ``byosd::LIF-01``."""
FOLDER = "byosd_folder"
"""Key of the folder that the workers of one run share."""


class KnownFailureWarning(pytest.PytestWarning):
    """An entry of the file of known failures has expired, or its requirement no longer fails."""


class NotMet(Exception):
    """A requirement does not hold, or cannot be said to; the text is the whole report of it."""


class Conformance:
    """The plugin object of a run with a subject. ``told`` is asked by the items, and verifies when asked first."""

    def __init__(self, config: pytest.Config) -> None:
        self.asked = _asked(config)
        self.requirements = _requirements(self.asked)
        self._told: Told | None = None
        self._folder: Path | None = None
        self._worker_folder: str | None = getattr(config, "workerinput", {}).get(FOLDER)
        self._take_arguments(config)

    def _take_arguments(self, config: pytest.Config) -> None:
        """Take ``byosd`` and ``byosd::LIF-01`` out of the arguments: they name no file. Workers are told of it by the
        options, which the controller hands on to them."""
        option = config.option
        own = [one for one in config.args if one.partition("::")[0] == NAME and not Path(NAME).exists()]
        if own:
            option.byosd_only = [one.partition("::")[2] for one in own]
            option.byosd_alone = len(own) == len(config.args)
            config.args[:] = [one for one in config.args if one not in own]
        elif getattr(option, "byosd_alone", False):
            config.args[:] = []
        only: list[str] = getattr(option, "byosd_only", [])
        if only and all(only):
            self.requirements = _named(only, self.requirements)

    def pytest_report_header(self) -> str:
        """Say what is verified."""
        asked = self.asked
        return f"byosd: {asked.kind} {asked.target}, {len(self.requirements)} requirements, seed {asked.options.seed}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add the requirements' items, before ``-k`` and ``-m`` choose among them."""
        group = Group.from_parent(session, name=NAME, nodeid=NAME)
        group.conformance = self
        items.extend(group.collect())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Verify no more than the items that are left: ``-k`` and ``--lf`` make a run shorter."""
        left = tuple(item.name for item in session.items if isinstance(item, RequirementItem))
        self.asked = replace(self.asked, options=replace(self.asked.options, select=left))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give the workers of pytest-xdist a folder in common."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="byosd-"))
        node.workerinput[FOLDER] = str(self._folder)

    def pytest_unconfigure(self) -> None:
        """Remove what the workers shared."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def told(self) -> Told:
        """Return the verdicts; the first call verifies, or waits for the worker that does."""
        if self._told is None:
            self._told = self._verify()
        return self._told

    def _verify(self) -> Told:
        if self._worker_folder is None:
            return verdicts(self.asked)
        from filelock import FileLock

        folder = Path(self._worker_folder)
        with FileLock(folder / "lock"):
            found = folder / "verdicts.json"
            if not found.exists():
                found.write_text(json.dumps(verdicts(self.asked)), encoding="utf-8")
            told: Told = json.loads(found.read_text(encoding="utf-8"))
            return told


class Group(pytest.Collector):
    """The node ``byosd``."""

    conformance: Conformance

    def collect(self) -> Iterator[RequirementItem]:
        """Give an item for each requirement."""
        for one in self.conformance.requirements:
            item = RequirementItem.from_parent(self, name=one.id)
            item.requirement = one
            yield item


class RequirementItem(pytest.Item):
    """One requirement as a test."""

    requirement: Requirement

    def runtest(self) -> None:
        """Pass, fail, skip or xfail as the verdict says."""
        conformance = self.parent.conformance  # type: ignore[union-attr]
        told: Told = conformance.told()
        if told["broke"] is not None:
            raise NotMet(told["broke"])
        verdict: Verdicts = told["verdicts"][self.name]
        one = self.requirement
        self.user_properties += [("requirement", one.id), ("level", verdict["level"]), ("title", one.title)]
        self.user_properties += [("verdict", verdict["verdict"]), ("exercised", verdict["exercised"])]
        for warning in verdict["warnings"]:
            warnings.warn(KnownFailureWarning(warning), stacklevel=1)
        if verdict["state"] == "skipped":
            pytest.skip(verdict["why"])
        if verdict["state"] == "excused":
            pytest.xfail(verdict["why"])
        if verdict["state"] != "passed":
            raise NotMet(f"{one.id} ({verdict['level']}) {one.title}\n{verdict['text'] or verdict['why']}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was expected, what came, the timeline and the command; no stack trace of the suite's own."""
        return str(excinfo.value) if isinstance(excinfo.value, NotMet) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, None, str]:
        """Name the item as reports do."""
        return NAME, None, f"{self.requirement.id} {self.requirement.title}"


def _asked(config: pytest.Config) -> Asked:
    option = config.option
    if option.byosd_adapter and option.byosd_desk:
        raise pytest.UsageError("--byosd-adapter and --byosd-desk: one subject a run")
    path = option.byosd_known_failures
    try:
        known = () if path is None else read_known_failures(Path(path))
    except BadKnownFailures as error:
        raise pytest.UsageError(f"--byosd-known-failures: {error}") from error
    return Asked.of(option, known)


def _requirements(asked: Asked) -> list[Requirement]:
    try:
        return [one for one in select(asked.options.select) if one.applies_to(asked.kind)]
    except UnknownRequirement as error:
        raise pytest.UsageError(f"--byosd-select: {error}") from error


def _named(ids: Iterable[str], among: list[Requirement]) -> list[Requirement]:
    try:
        return list(select(ids, among))
    except UnknownRequirement as error:
        raise pytest.UsageError(str(error)) from error
