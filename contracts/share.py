"""What share of the catalogue a verification could judge, and why the rest was left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.requirement import Requirement
from contracts.verdict import Result, Verdict

JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.KNOWN_FAILURE)
NOT_SELECTED = "not selected"


@dataclass(frozen=True)
class LeftOut:
    """Requirements that were not judged for one reason."""

    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """``judged`` requirements ``of`` all that the catalogue has for this kind of subject; the rest by reason."""

    judged: int
    of: int
    left_out: tuple[LeftOut, ...] = ()

    @property
    def fraction(self) -> float:
        """The share, from 0 to 1."""
        return self.judged / self.of if self.of else 0.0


def share(results: Iterable[Result], kind: str, catalogue: Sequence[Requirement]) -> Share:
    """Return what share of the ``catalogue`` was judged of a subject of this ``kind`` (``adapter`` or ``desk``)."""
    by_id = {one.requirement.id: one for one in results}
    concerned = [one.id for one in catalogue if one.applies_to(kind)]
    reasons: dict[str, list[str]] = {}
    for id in concerned:
        reason = _left_out_because(by_id.get(id))
        if reason is not None:
            reasons.setdefault(reason, []).append(id)
    left_out = tuple(LeftOut(reason, tuple(ids)) for reason, ids in sorted(reasons.items(), key=_most_first))
    return Share(len(concerned) - sum(len(one.ids) for one in left_out), len(concerned), left_out)


def _most_first(reason: tuple[str, list[str]]) -> tuple[int, str]:
    return -len(reason[1]), reason[0]


def _left_out_because(result: Result | None) -> str | None:
    if result is None:
        return NOT_SELECTED
    if result.verdict in JUDGED:
        return None
    return "the suite broke on it" if result.verdict is Verdict.ERROR else result.reason or result.verdict.value
