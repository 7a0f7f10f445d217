"""The fault rows of published integrations (contracts/faults.json), and which seeded defects express them.

A row names the requirements that should catch its fault; for each there is a defect that is ``seen`` in the row and has
that requirement as its primary one. What deviates from that stands here, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.catalogue import catalogue
from contracts.explanations import fault_rows
from tests.suite.defect import Defect, all_defects

INEXPRESSIBLE: Mapping[str, str] = MappingProxyType(
    {
        "B74": "it is about the tests of the example, not about an integration",
    }
)
"""Rows that no faulty adapter or desk can show here."""

WITHOUT: Mapping[tuple[str, str], str] = MappingProxyType({})
"""Row and named requirement for which there is no defect, and why."""

BESIDE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("B1", "ORD-06"): "on the desk's side: what was not read at once cannot be had any more",
        ("B1", "PRS-03"): "a join is among what happens in the gap",
        ("B1", "REC-05"): "on the desk's side: an event of the gap is left out",
        ("B3", "LIM-05"): "one socket is left behind by each chat",
        ("B3", "REC-04"): "who notices no loss fetches nothing of it",
        ("B4", "LIF-03"): "the rejection without a reason, by itself",
        ("B8", "TRF-04"): "the sender who is not on record is the agent who hands over",
        ("B8", "TRF-08"): "the sender who is not on record is the second agent",
        ("B10", "ORD-08"): "a message before its join turns cause and effect round",
        ("B12", "LIF-18"): "the race waits for itself in the host's own call",
        ("B12", "ORD-08"): "the leaving is told before what the agent did",
        ("B13", "PRS-14"): "on the desk's side: typing that nobody ends",
        ("B15", "LIF-13"): "the unguarded look-up has no limit, either",
        ("B16", "PRS-14"): "on the desk's side: the user's stop is not taken",
        ("B17", "STA-05"): "a user who changes is taken for the next chat's",
        ("B19", "SEC-04"): "on the desk's side: a token that has expired still opens",
        ("B21", "ERR-07"): "on the desk's side: the refusal is a text",
        ("B21", "ERR-09"): "the limit's answer, and when to come back, is not read",
        ("B24", "TRF-04"): "the other agent is the one who takes over",
        ("B24", "TRF-08"): "the other agent is the second of two",
        ("B26", "PRS-10"): "the other member is the user",
        ("B27", "PRS-06"): "an agent leaves and the chat should go on",
        ("B28", "ORD-06"): "on the desk's side: there is no history to come with the connection",
        ("B29", "LIM-05"): "what is never released adds up",
        ("B29", "REC-07"): "listeners that stay deliver twice after a reload",
        ("B33", "STA-05"): "a user who changes is everybody's",
        ("B35", "LIF-17"): "the polling of a start that failed goes on",
        ("B37", "LIF-20"): "on the desk's side: the last words come after the end",
        ("B39", "ERR-08"): "an exception of the host counts as a loss",
        ("B39", "REC-01"): "a failed poll makes a new conversation",
        ("B40", "ERR-09"): "no pause between attempts, either",
        ("B40", "ORD-09"): "on the desk's side: polls are answered at once",
        ("B41", "FIL-02"): "the answer to a file is ignored in the same way",
        ("B41", "MSG-08"): "on the desk's side: accepted is not kept",
        ("B41", "REC-08"): "a text that is written without a connection is lost and looks sent",
        ("B46", "AVL-09"): "the availability check asks for no queue, either",
        ("B46", "AVL-10"): "on the desk's side: the queue that was asked is not looked at",
        ("B48", "SEC-09"): "the key is kept in the browser, over a reload",
        ("B49", "ORD-09"): "on the desk's side: a poll is never answered",
        ("B50", "AVL-02"): "what the check leaves behind decides about the start",
        ("B53", "LIF-20"): "on the desk's side: two ends are two events",
        ("B53", "PRS-06"): "the leaving is taken for something else than it is",
        ("B54", "PRS-03"): "who is there is told with the listing and with the event",
        ("B54", "REC-04"): "the transcript comes again with the connection",
        ("B54", "REC-06"): "the transcript comes again when the page is reloaded",
        ("B56", "PRS-06"): "the agent who left is still known when coming back",
        ("B56", "REC-09"): "what outlives the chat is what was kept for a reload",
        ("B57", "LIF-18"): "the host's own end is sent to the desk",
        ("B59", "LIF-01"): "two calls at once make two conversations",
        ("B59", "LIF-15"): "two calls at once make two streams",
        ("B59", "MSG-07"): "on the desk's side: a message makes two events",
        ("B59", "PRS-05"): "two listeners tell each join twice",
        ("B59", "REC-07"): "two initialised streams both deliver",
        ("B66", "AVL-08"): "the end is the desk's own, as nobody is there",
        ("B66", "LIF-20"): "on the desk's side: the stream stays open after the end",
        ("B67", "ERR-11"): "on the desk's side: the agent has no id",
        ("B70", "AVL-09"): "another shape than the one expected is an exception",
        ("B70", "ERR-07"): "on the desk's side: the answer has another shape",
    }
)
"""Row and requirement that a defect of the row has as its primary one though the row does not name it, and why."""


def expressed() -> dict[tuple[str, str], list[Defect]]:
    """Return the defects by row and primary requirement."""
    found: dict[tuple[str, str], list[Defect]] = {}
    for defect in all_defects():
        if defect.seen:
            found.setdefault((defect.seen, defect.kills), []).append(defect)
    return found


def named() -> set[tuple[str, str]]:
    """Return each row with each requirement that it names and that the catalogue has."""
    known = {one.id for one in catalogue()}
    return {(id, one) for id, row in fault_rows().items() for one in row.requirements if one in known}


def covered() -> set[str]:
    """Return the rows that a seeded defect expresses."""
    return {row for row, _ in expressed()}
