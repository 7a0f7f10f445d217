"""Known failures: a file that says which requirements a subject is known to fail, why, and until when.

The file is YAML, as agents' scripts and mapping files are: its nodes know their lines, so that every mistake can be
named by file, line and key, and dates need no quotes::

    - id: MSG-05
      reason: The vendor answers in two steps; their ticket 4711
      expires: 2027-03-31           # the last day on which it is excused
      subject: acme.desk:connect    # or adapter, or desk; left away: every subject

An excused failure is reported as a *known failure* and does not count for the exit code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import yaml

from contracts.catalogue import catalogue
from contracts.verdict import Conclusion, Result, Verdict, conclusion
from contracts.verification import Verification
from contracts.yaml_nodes import composed

KEYS = ("id", "reason", "expires", "subject")


class BadKnownFailures(ValueError):
    """The file cannot be used; the message names file, line and key, and says what to do."""


@dataclass(frozen=True)
class KnownFailure:
    """One entry. ``where`` is the file and line it stands at; ``subject`` empty: every subject."""

    id: str
    reason: str
    where: str
    expires: date | None = None
    subject: str = ""

    def is_about(self, kind: str, name: str) -> bool:
        """Tell whether it speaks of this subject."""
        return self.subject in ("", kind, name)

    def has_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.expires is not None and today > self.expires

    def sentence(self) -> str:
        """Return the reason, and until when it holds."""
        return self.reason if self.expires is None else f"{self.reason} (until {self.expires.isoformat()})"


def read_known_failures(path: Path) -> tuple[KnownFailure, ...]:
    """Return the entries of a file.

    Raises:
        BadKnownFailures: it cannot be read, or an entry is wrong.
    """
    try:
        root = composed(yaml.SafeLoader(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadKnownFailures(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise BadKnownFailures(f"{line}: no YAML: {problem}") from error
    if root is None:
        return ()
    if not isinstance(root, yaml.SequenceNode):
        raise BadKnownFailures(f"{path}:{root.start_mark.line + 1}: must be a list of entries with id and reason")
    entries = tuple(_Reader(path, node).entry() for node in root.value)
    _refuse_doubles(entries)
    return entries


def _refuse_doubles(entries: Iterable[KnownFailure]) -> None:
    seen: dict[tuple[str, str], KnownFailure] = {}
    for one in entries:
        before = seen.setdefault((one.id, one.subject), one)
        if before is not one:
            raise BadKnownFailures(f"{one.where}: id: {one.id} is listed before, at {before.where}; keep one of them")


class _Reader:
    """Reads one entry; every mistake is told with its place."""

    def __init__(self, path: Path, node: yaml.Node) -> None:
        self._path = path
        self._node = node
        if not isinstance(node, yaml.MappingNode):
            raise self._mistake(node, "entry", "must have the keys id and reason")
        self._values = {self._key(key): value for key, value in node.value}

    def entry(self) -> KnownFailure:
        """Return the entry."""
        where = f"{self._path}:{self._node.start_mark.line + 1}"
        return KnownFailure(self._id(), self._text("reason"), where, self._expires(), self._text("subject", False))

    def _key(self, node: yaml.Node) -> str:
        if node.value not in KEYS:
            near = get_close_matches(str(node.value), KEYS, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(KEYS)}"
            raise self._mistake(node, str(node.value), f"is no key of an entry{hint}")
        return str(node.value)

    def _text(self, key: str, required: bool = True) -> str:
        node = self._values.get(key)
        if node is None:
            if required:
                raise self._mistake(self._node, key, "is missing")
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or node.tag.endswith(":null"):
            raise self._mistake(node, key, "must be a text that is not empty")
        return " ".join(node.value.split())

    def _id(self) -> str:
        told = self._text("id").upper()
        known = [one.id for one in catalogue()]
        if told not in known:
            near = get_close_matches(told, known, n=1)
            hint = f"; nearest: {near[0]}" if near else "; contracts list shows them all"
            raise self._mistake(self._values["id"], "id", f"no requirement {told!r}{hint}")
        return told

    def _expires(self) -> date | None:
        if "expires" not in self._values:
            return None
        try:
            return date.fromisoformat(self._text("expires"))
        except ValueError as error:
            if isinstance(error, BadKnownFailures):
                raise
            raise self._mistake(self._values["expires"], "expires", "must be a date such as 2027-03-31") from error

    def _mistake(self, node: yaml.Node, key: str, what: str) -> BadKnownFailures:
        return BadKnownFailures(f"{self._path}:{node.start_mark.line + 1}: {key}: {what}")


def excuse(done: Verification, known: Sequence[KnownFailure], today: date) -> None:
    """Turn the failures of ``done`` that are known into known failures, conclude anew, and note the warnings:
    of entries that have expired, and of those whose requirement no longer fails."""
    fitting = [one for one in known if one.is_about(done.subject.kind, done.subject.name)]
    about = {one.id: one for one in sorted(fitting, key=lambda one: bool(one.subject))}  # the closer entry wins
    done.results = [_excused(result, about.get(result.requirement.id), today) for result in done.results]
    done.warnings += [
        warning
        for result in done.results
        if (entry := about.get(result.requirement.id)) and (warning := _warning(result, entry, today))
    ]
    if done.conclusion in (Conclusion.NOT_CONFORMANT, Conclusion.INCONCLUSIVE, Conclusion.CONFORMANT):
        done.conclusion = conclusion(done.results, done.options.level)


def _excused(result: Result, entry: KnownFailure | None, today: date) -> Result:
    if entry is None or result.verdict is not Verdict.FAIL or entry.has_expired(today):
        return result
    return replace(result, verdict=Verdict.KNOWN_FAILURE, reason=entry.sentence())


def _warning(result: Result, entry: KnownFailure, today: date) -> str | None:
    if result.verdict is Verdict.PASS:
        return f"{entry.where}: {entry.id} no longer fails; remove the entry"
    if result.verdict is Verdict.FAIL and entry.has_expired(today):
        return f"{entry.where}: {entry.id} fails, and its entry expired on {entry.expires}; it counts again"
    return None
