"""Seeded defects of the integration for the browser: the built file with one small change each.

Each names the requirement that must notice it. A change that no longer finds its place fails the test that builds it,
so that none of them is quietly the correct integration.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DIST = Path(__file__).parents[3] / "byosd_reference" / "js" / "dist" / "servicedesk.js"


def variant(target: Path, before: str, after: str) -> Path:
    """Write the built file with one change and return its path; ``before`` must stand in it exactly once."""
    source = DIST.read_text(encoding="utf-8")
    assert source.count(before) == 1, f"{target.name}: its place stands {source.count(before)} times"
    target.write_text(source.replace(before, after), encoding="utf-8")
    return target


@dataclass(frozen=True)
class Defect:
    """One change: ``before`` stands exactly once in the built file. ``why``: what is wrong then, in one sentence."""

    name: str
    kills: str
    why: str
    before: str
    after: str

    def build(self, folder: Path) -> Path:
        """Write the faulty file and return its path."""
        return variant(folder / f"{self.name}.js", self.before, self.after)


DEFECTS = (
    Defect(
        "keeps_the_conversation",
        "LIF-05",
        "a start that fails leaves its conversation in the desk's queue",
        "chat.abandon();\n      await endUnused(beginning.conversation);",
        "chat.abandon();",
    ),
    Defect(
        "keeps_the_socket",
        "LIF-10",
        "the WebSocket stays open after the end",
        "this.waiting.length = 0;\n      this.socket.close();",
        "this.waiting.length = 0;",
    ),
    Defect(
        "shows_twice",
        "MSG-03",
        "what the desk sends twice is shown twice",
        "if (!event || event.seq <= this.lastSeq) continue;\n        if (this.leavesGap(event)) return true;",
        "if (!event) continue;",
    ),
    Defect(
        "swallows_failed_sends",
        "MSG-05",
        "a message that the desk refused is told as delivered",
        "await onceMore(() => this.api.send(message, deadline), deadline);",
        "await onceMore(() => this.api.send(message, deadline), deadline).catch(() => {});",
    ),
    Defect(
        "sends_at_once",
        "ORD-04",
        "a message does not wait for the one before it",
        "const done = this.line.then(() => {",
        "const done = Promise.resolve().then(() => {",
    ),
    Defect(
        "types_through_a_message",
        "PRS-07",
        "the indicator stays when the message is shown that was being typed",
        "this.typing.interrupted(agentId);\n    }\n    /** An agent is gone",
        "}\n    /** An agent is gone",
    ),
    Defect(
        "types_for_ever",
        "PRS-08",
        "typing that is not renewed never ends",
        "const seconds = Math.min(expiresInSeconds || LONGEST_SECONDS, LONGEST_SECONDS);",
        "const seconds = 3600;",
    ),
    Defect(
        "hands_over_in_silence",
        "TRF-01",
        "a transfer is not announced: the next agent is just there",
        'this.noticeTransfer(profileIn(data["to_agent"]));',
        "",
    ),
    Defect(
        "never_back",
        "ERR-04",
        "the loss of the connection is told, its return is not",
        'this.reportConnection(false, "the connection is back");',
        "",
    ),
    Defect(
        "trusts_every_frame",
        "ERR-05",
        "one frame that is no JSON ends the reading",
        'typeof frame === "string" ? parsed2(frame) : frame;',
        'typeof frame === "string" ? JSON.parse(frame) : frame;',
    ),
    Defect(
        "names_of_the_other_generation",
        "ERR-10",
        "availability is told in the names of the other generation, which this host does not know",
        'if (hostApi === "carbon") {',
        'if (hostApi !== "carbon") {',
    ),
    Defect(
        "persists_the_token",
        "SEC-09",
        "the token lies in the persisted state",
        "{ conversationId, streamUrl, lastSeq, agents: copies }",
        "{ conversationId, streamUrl, lastSeq, agents: copies, token: this.credentials.token }",
    ),
)
"""At least one for each way in which an integration meets its host or its desk."""
