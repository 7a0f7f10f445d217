"""Verifications made by hand: one result of each kind, on real requirements."""

from __future__ import annotations

from contracts.catalogue import select
from contracts.program import act, step
from contracts.requirement import Level, broken
from contracts.subject import Subject
from contracts.timing import Kind, Time
from contracts.trace import Side
from contracts.verdict import Finding, Result, Run, Verdict, conclusion
from contracts.verification import Options, Verification
from tests.suite.requirements.build import ADA, Story

HOSTILE = "</script><script>alert(1)</script> & \"'\x00\x1b[31m\ud800\u202e]]> {{ 7 * 7 }} {% raw %}"
"""What a subject may send: markup, controls, a lone surrogate, a turned direction, a template."""


def run(text: str = "hello", chat: int = 6) -> Run:
    """Return a run of ``chat`` messages with ``text`` in every place where a subject's text can stand."""
    story = Story().start()
    joining = story.add(Side.DESK, "act", action="join", agent=ADA)
    event = {"seq": 1, "type": "agent.joined", "data": {"agent": ADA}}
    story.add(Side.DESK, "done", joining, ok=True, error=None, events=[event])
    story.add(Side.CALLBACK, "agent_joined", profile={"id": "agent-ada", "nickname": text}, running=True)
    for number in range(chat):
        story.send(text, message_id=f"m{number}")
    story.send(text, error=text)
    story.add(Side.SUITE, "advance", seconds=30.0)
    story.time = 30.0
    story.add(Side.SUITE, "advanced", seconds=30.0)
    story.add(Side.CALLBACK, "send_message_to_user", message=text, agent_id=text, texts=[text], types=["text"])
    program = (step("start"), act("join", "ada"), step("send", text=text))
    return Run("a scenario", program, story.trace())


def failed(
    id: str, text: str = "hello", verdict: Verdict = Verdict.FAIL, reason: str | None = None, chat: int = 6
) -> Result:
    """Return a failure of a requirement after ``chat`` messages; the last callback violates it."""
    played = run(text, chat)
    at = played.trace.of(Side.CALLBACK)[-1].index
    finding = Finding(id, broken(at, f"no {text}", f"it said {text}"), played)
    one = select([id])[0]
    return Result(one, verdict, one.level, 3, reason, finding, violations=2)


def result(id: str, verdict: Verdict, exercised: int = 0, reason: str | None = None) -> Result:
    """Return a result without a finding."""
    one = select([id])[0]
    return Result(one, verdict, one.level, exercised, reason)


def verification(*results: Result, level: Level = Level.MUST, name: str = "package.module:connect") -> Verification:
    """Return the verification of an adapter with these results, concluded."""
    subject = Subject("adapter", name, lambda *_, **__: None)  # type: ignore[arg-type,return-value]
    done = Verification(subject, Options(level=level, seed=7), {"name": "mockdesk", "clock": "virtual"}, list(results))
    done.functions = ("start_chat", "end_chat", "send_message_to_agent", "user_typing")
    done.time = Time(Kind.VIRTUAL, "the subject takes the suite's clock")
    done.conclusion, done.runs, done.seconds = conclusion(done.results, level), 12, 3.25
    return done


def mixed(text: str = "hello") -> Verification:
    """Return a verification with a result of every kind; LIF-13 is a SHOULD that does not count."""
    return verification(
        result("LIF-01", Verdict.PASS, 4),
        failed("LIF-06", text),
        failed("LIF-13", text),
        failed("MSG-05", text, Verdict.KNOWN_FAILURE, f"ticket 4711 {text}"),
        result("PRS-11", Verdict.SKIP, reason=f"the adapter does not offer {text}"),
        result("TRF-01", Verdict.INCONCLUSIVE, reason="nothing in these runs exercised it"),
        result("LIF-14", Verdict.INCONCLUSIVE, reason="nothing in these runs exercised it"),
        result("SEC-01", Verdict.ERROR, 1, f"SEC-01 broke on run x: {text}"),
        name=f"package.module:{text}",
    )
