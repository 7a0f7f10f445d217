"""The HTML report: well formed, alone, complete, and deaf to what a subject's text says."""

from __future__ import annotations

import base64
import hashlib
import re
from xml.etree import ElementTree as Xml

import pytest

from contracts.catalogue import catalogue
from contracts.report_html import report_html
from contracts.report_html.lanes import Lane, Row
from contracts.report_html.rows import rows
from contracts.trace import Side
from contracts.verdict import Conclusion
from contracts.verification import Verification
from tests.suite.requirements.build import ADA, Story
from tests.unit.reports.build import HOSTILE, failed, mixed, verification
from tests.unit.reports.markup import Element, parse

REPLAY = "contracts replay 'reports/LIF-06.replay.json'"


def page(done: Verification) -> Element:
    """Return the report's elements; a tag that is left open, or closed twice, is refused."""
    return parse(report_html(done, {"LIF-06": REPLAY}))


def test_the_page_asks_for_nothing_outside() -> None:
    """A report from a build server is opened where there is no network, or where nobody wants to be seen reading."""
    for element in page(mixed(HOSTILE)):
        assert element.tag not in ("link", "img", "iframe", "object", "embed", "base", "form", "audio", "video"), (
            element
        )
        for name, value in element.attributes.items():
            assert name not in ("src", "srcset", "action", "data", "style", "xlink:href"), (element, name)
            assert not name.startswith("on"), (element, name)
            if name == "href":
                assert value.startswith("#"), element
    style = next(element for element in page(mixed()) if element.tag == "style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_policy_allows_this_style_and_this_script_only() -> None:
    """Even text that broke out of its place could neither run nor call home."""
    elements = list(page(mixed(HOSTILE)))
    policy = next(one for one in elements if one.attributes.get("http-equiv") == "Content-Security-Policy")
    told = dict(part.strip().split(" ", 1) for part in policy.attributes["content"].split(";"))
    assert told["default-src"] == "'none'"
    for directive, tag in (("style-src", "style"), ("script-src", "script")):
        (one,) = [element for element in elements if element.tag == tag]
        digest = base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        assert told[directive] == f"'sha256-{digest}'"


def test_every_link_leads_somewhere_and_every_requirement_is_there() -> None:
    """The matrix is the way in: a dead link in it, or a missing cell, makes it worthless."""
    elements = list(page(mixed()))
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    links = {one.attributes["href"][1:] for one in elements if "href" in one.attributes}
    assert links <= set(ids)
    judged = {result.requirement.id for result in mixed().results}
    assert judged <= links
    cells = {one.attributes["title"][:6] for one in elements if "cell" in one.classes and "title" in one.attributes}
    assert cells == {one.id for one in catalogue() if one.applies_to("adapter")}


def test_verdicts_are_told_by_letter_and_not_by_colour_alone() -> None:
    """One reader in twelve men does not see the red, and no printer does."""
    cells = [one for one in page(mixed()) if one.tag == "a" and "cell" in one.classes]
    shown = {one.attributes["title"][:6]: " ".join(one.text.split()) for one in cells}
    assert shown["LIF-01"] == "01 P"
    assert shown["LIF-06"] == "06 F"
    assert shown["MSG-05"] == "05 K"
    assert shown["PRS-11"] == "11 S"
    assert shown["TRF-01"] == "01 I"
    assert shown["SEC-01"] == "01 E"


def test_a_failure_is_told_whole() -> None:
    """What was expected, what came, the timeline with its mark, the program, and how to see it again."""
    (article,) = [one for one in page(mixed()) if one.tag == "article" and one.attributes["id"] == "LIF-06"]
    for part in ("no hello", "it said hello", "violation", "u1 act action='join' agent='ada'", REPLAY):
        assert part in article.text, part
    inside = list(article)
    assert sum("violation" in one.classes and one.tag == "li" for one in inside) == 1
    assert any(one.tag == "svg" for one in inside)
    assert ">> " in next(one for one in inside if one.tag == "pre").text


def test_the_head_says_what_was_run() -> None:
    """Two reports can be compared only by whoever knows seed, profile, level and time of both."""
    names = [one.text for one in page(mixed()) if one.tag == "dt"]
    facts = dict(zip(names, [one.text for one in page(mixed()) if one.tag == "dd"], strict=True))
    assert facts["seed"] == "7"
    assert facts["profile, level"] == "full, must"
    assert facts["time"] == "virtual (the subject takes the suite's clock)"
    assert facts["runs"].startswith("12 in 3.2 s")


def test_hostile_text_stays_text() -> None:
    """Whatever a subject sends, the page has the same elements, and shows the characters that were sent."""
    tags = [(one.tag, one.attributes.get("class")) for one in page(mixed())]
    hostile = report_html(mixed(HOSTILE), {"LIF-06": REPLAY})
    assert [(one.tag, one.attributes.get("class")) for one in parse(hostile)] == tags
    assert "<script>alert" not in hostile
    assert "{{ 7 * 7 }} {% raw %}" in hostile
    assert "\\x00\\x1b[31m\\ud800\\u202e" in hostile
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]", hostile)


def test_a_long_story_is_folded_around_the_violation() -> None:
    """Hundreds of rows hide the one that matters; all of them stand in the text."""
    assert "rows before" not in page(verification(failed("LIF-06"))).text
    elements = parse(report_html(verification(failed("LIF-06", chat=60))))
    assert "rows before; the text below has them all" in elements.text
    assert len([one for one in elements if one.tag == "li" and "row" in one.classes]) < 40
    assert next(one for one in elements if one.tag == "pre").text.count("send_message_to_agent") == 61


def test_a_subject_that_was_not_reached_is_told_why() -> None:
    """No verdicts, no failures, and still a page."""
    done = verification()
    done.conclusion, done.why = Conclusion.MISWIRED, "start_chat failed <b>"
    text = page(done).text
    assert "miswired" in text
    assert "start_chat failed <b>" in text
    done.conclusion, done.log = Conclusion.CRASHED, ["Traceback <i>", "KeyError"]
    assert "Traceback <i>\nKeyError" in page(done).text


def drawn(story: Story, at: int | None = None) -> list[Row]:
    """Return the rows of a story whose last entry is the violation."""
    last = len(story.entries) - 1
    return rows(story.trace(), last if at is None else at)


def test_calls_go_from_the_user_and_come_back_with_a_bar_between() -> None:
    """The picture shows how long a call was under way, and what happened meanwhile."""
    story = Story().new_chat()
    call = story.call("start_chat")
    story.add(Side.CALLBACK, "agent_joined", profile=ADA, running=True)
    story.settle(call)
    first, between, last = drawn(story)
    assert [(arrow.start, arrow.end, arrow.kind) for arrow in first.arrows] == [(Lane.USER, Lane.ADAPTER, "call")]
    assert [(arrow.start, arrow.end) for arrow in between.arrows] == [(Lane.ADAPTER, Lane.USER)]
    assert [(arrow.start, arrow.end, arrow.kind) for arrow in last.arrows] == [(Lane.ADAPTER, Lane.USER, "return")]
    assert [row.bars[0].part for row in (first, between, last)] == ["first", "on", "last"]
    assert (first.outcome, last.call) == (2, 0)


def test_calls_at_once_stand_beside_each_other() -> None:
    """Two sends at once are two bars, not one."""
    story = Story().new_chat()
    one, two = story.call("send_message_to_agent"), story.call("send_message_to_agent")
    story.settle(two).settle(one)
    assert [sorted(bar.slot for bar in row.bars) for row in drawn(story)] == [[0], [0, 1], [0, 1], [0]]


def test_an_agents_act_goes_on_to_the_adapter_as_its_event() -> None:
    """One row, from the agent through the desk; a refused act ends at the desk."""
    story = Story().start()
    act = story.add(Side.DESK, "act", action="say", agent=ADA, text="hi")
    event = {"seq": 3, "type": "message.created"}
    story.add(Side.DESK, "done", act, ok=True, error=None, events=[event])
    refused = story.add(Side.DESK, "act", action="say", agent="bob", text="hi")
    story.add(Side.DESK, "done", refused, ok=False, error="no such agent", events=[])
    said, not_said = drawn(story, at=act)[-2:]
    assert [(arrow.start, arrow.end) for arrow in said.arrows] == [(Lane.AGENT, Lane.DESK), (Lane.DESK, Lane.ADAPTER)]
    assert said.violation
    assert (said.what, said.details) == ("Ada: say", "text='hi' [3 message.created]")
    assert [(arrow.end, arrow.kind) for arrow in not_said.arrows] == [(Lane.DESK, "bad")]
    assert "refused: no such agent" in not_said.details


@pytest.mark.parametrize(("blocking", "freeing"), [("hold", "release"), ("drop", "restore"), ("drop", "reconnected")])
def test_events_that_are_kept_back_do_not_reach_the_adapter(blocking: str, freeing: str) -> None:
    """An arrow that ends at the adapter says that it got the event."""
    story = Story().start()
    story.add(Side.SUITE, blocking)
    acts = []
    for _ in range(2):
        acts.append(story.add(Side.DESK, "act", action="say", agent=ADA, text="hi"))
        story.add(Side.DESK, "done", acts[-1], ok=True, error=None, events=[{"seq": 3, "type": "message.created"}])
        story.add(Side.SUITE, freeing)
    ends = {row.index: row.arrows[-1].end for row in drawn(story)[:-1] if row.index in acts}
    assert list(ends.values()) == [Lane.DESK, Lane.ADAPTER]


@pytest.mark.parametrize("kind", ["truth", "conversations", "ended", "advanced", "cleared"])
def test_the_violation_is_shown_wherever_it_is(kind: str) -> None:
    """A requirement may speak of an entry that is left out otherwise; a picture without its mark says nothing."""
    story = Story().start()
    at = story.add(Side.SUITE if kind in ("ended", "advanced", "cleared") else Side.DESK, kind, truth={}, truths=[])
    assert [row.index for row in drawn(story, at) if row.violation] == [at]


def test_time_that_went_by_is_a_gap() -> None:
    """Half a minute on the virtual clock happens between two rows; the axis says so."""
    story = Story().start()
    story.time = 30.5
    story.add(Side.CALLBACK, "agent_left_chat", running=True)
    assert [row.gap for row in drawn(story)] == [0.0, 0.0, 30.5]


def test_every_entry_of_a_desk_is_drawn() -> None:
    """The wire's entries carry what the desk answered; none of them may be lost or break the page."""
    story = Story().start()
    request = {"method": "POST", "path": "/v1/conversations", "query": {}, "body": {"user_id": "jane"}}
    story.add(Side.WIRE, "exchange", operation="startChat", status=500, token="none", request=request, body="oh")
    story.add(Side.WIRE, "exchange", operation="endChat", status=None, error="timed out")
    story.add(Side.WIRE, "handshake", conversation_id="c", token="own", after=0, status=101)
    story.add(Side.WIRE, "frame", frame={"seq": 1, "type": "agent.joined"}, connection=1)
    story.add(Side.WIRE, "frame", frame="no json", connection=1)
    story.add(Side.WIRE, "stream.closed", code=1006, by="desk")
    told = [row.what for row in drawn(story)][2:]
    assert told == [
        "POST /v1/conversations: 500",
        "endChat: timed out",
        "open the stream: 101",
        "frame 1 agent.joined",
        "frame",
        "the stream was closed, code 1006",
    ]
    assert drawn(story)[2].details == "operation='startChat' token='none' sent={\"user_id\": \"jane\"} got='oh'"


def test_the_svg_is_well_formed() -> None:
    """Browsers repair a lot in silence, and draw something else."""
    text = report_html(mixed(HOSTILE))
    drawings = re.findall(r'<span class="drawing">(<svg.*?</svg>)</span>', text, re.S)
    assert drawings
    for one in drawings:
        assert Xml.fromstring(one).tag == "svg"
