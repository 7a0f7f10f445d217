"""The orders of frames for which integrations of this vendor were written, one after the other, and who is where."""

from __future__ import annotations

import pytest

from mockdesk.core.actions import parse_action
from mockdesk.core.desk import StartRequest
from tests.unit.dialects.genesys.client import ADA, BEA, Client


def test_1_the_queue_is_connected_and_never_alerting() -> None:
    """An integration takes any alerting member for the agent."""
    client = Client()
    client.create()
    client.attach()
    client.position = 0
    assert client.told() == ["Max CONNECTED", "Max member-join", "default CONNECTED"]
    roles = [one["role"] for one in client.call("GET", client.own("/members"))[1]["entities"]]
    assert roles == ["CUSTOMER", "ACD"]


def test_2_an_agent_is_alerting_then_connected(client: Client) -> None:
    """Without the alert an integration never learns who the agent is; with it the member can be looked up."""
    client.act(action="join", agent=ADA)
    assert client.told() == ["Ada ALERTING", "Ada CONNECTED", "Ada member-join", "default DISCONNECTED"]
    (agent,) = [one for one in client.call("GET", client.own("/members"))[1]["entities"] if one["role"] == "AGENT"]
    assert (agent["displayName"], agent["avatarImageUrl"]) == ("Ada", ADA["profile_picture_url"])
    assert agent["state"] == "CONNECTED"


def test_2_an_offer_alerts_once(client: Client) -> None:
    """Who was rung already is not rung again by joining."""
    client.act(action="offer", agent=ADA)
    assert client.told() == ["Ada ALERTING"]
    client.act(action="offer", agent=ADA)
    client.act(action="join", agent=ADA)
    assert client.told()[0] == "Ada CONNECTED"


def test_3_nobody_answers(client: Client) -> None:
    """The next agent is alerting after the one who did not answer is disconnected."""
    client.act(action="offer", agent=ADA)
    client.act(action="decline", agent="ada")
    client.act(action="offer", agent=BEA)
    client.act(action="join", agent="bea")
    assert client.told()[:5] == ["Ada ALERTING", "Ada DISCONNECTED", "Bea ALERTING", "Bea CONNECTED", "Bea member-join"]


def test_3_who_is_rung_in_vain_stops_ringing(client: Client) -> None:
    """When somebody else takes the conversation, nobody may be left alerting."""
    client.act(action="offer", agent=ADA)
    client.act(action="join", agent=BEA)
    assert "Ada DISCONNECTED" in client.told()


def test_4_a_transfer(client: Client) -> None:
    """The one who hands over goes while the guest is still connected; the next is alerting, then connected."""
    client.act(action="join", agent=ADA)
    client.told()
    client.act(action="transfer", agent="ada", to_agent=BEA)
    assert client.told() == ["Ada DISCONNECTED", "Bea ALERTING"]
    assert client.state() == "CONNECTED"
    client.act(action="say", agent="ada", text="Bea will help you")
    client.act(action="join", agent="bea")
    assert client.told() == [
        "Ada standard Bea will help you",
        "Bea CONNECTED",
        "Bea member-join",
        "Ada member-leave",
    ]


def test_4_a_transfer_that_is_declined(client: Client) -> None:
    """Whoever handed over goes on, and the next attempt looks like the first."""
    client.act(action="join", agent=ADA)
    client.act(action="transfer", agent="ada", to_agent=BEA)
    client.told()
    client.act(action="decline", agent="bea")
    assert client.told() == ["Bea DISCONNECTED", "Ada CONNECTED"]
    client.act(action="transfer", agent="ada", to_agent=BEA)
    assert client.told() == ["Ada DISCONNECTED", "Bea ALERTING"]


def test_4_another_target_before_the_first_has_answered(client: Client) -> None:
    """The first target stops ringing; the giver is gone already."""
    client.act(action="join", agent=ADA)
    client.act(action="transfer", agent="ada", to_agent=BEA)
    client.told()
    client.act(action="transfer", agent="ada", to_agent={"id": "cleo", "nickname": "Cleo"})
    assert client.told() == ["Bea DISCONNECTED", "Cleo ALERTING"]


def test_4_another_giver(client: Client) -> None:
    """When another agent hands over instead, the first one is there again."""
    client.act(action="join", agent=ADA)
    client.act(action="join", agent=BEA)
    client.act(action="transfer", agent="ada")
    client.told()
    client.act(action="transfer", agent="bea", to_agent={"id": "cleo", "nickname": "Cleo"})
    assert client.told() == ["Ada CONNECTED", "Bea DISCONNECTED", "Cleo ALERTING"]


def test_4_a_transfer_to_a_queue() -> None:
    """Nobody is alerting yet: the other queue is a member of its own."""
    client = Client(queues={"billing": {}})
    client.start()
    client.act(action="join", agent=ADA)
    client.told()
    client.act(action="transfer", agent="ada", to_queue="billing")
    assert client.told() == ["Ada DISCONNECTED", "billing CONNECTED"]
    client.act(action="join", agent=BEA)
    assert client.told()[-2:] == ["billing DISCONNECTED", "Ada member-leave"]


def test_4_a_giver_who_leaves_early(client: Client) -> None:
    """Who is disconnected already is not disconnected twice."""
    client.act(action="join", agent=ADA)
    client.act(action="transfer", agent="ada", to_agent=BEA)
    client.told()
    client.act(action="leave", agent="ada")
    assert client.told() == ["Ada member-leave"]


def test_5_the_agent_ends(client: Client) -> None:
    """The guest is disconnected first, by the stream and when asked for; members are known after the end."""
    client.act(action="join", agent=ADA)
    client.told()
    client.act(action="end", agent="ada")
    assert client.told() == ["Max DISCONNECTED", "Ada DISCONNECTED", "Ada member-leave", "Max member-leave"]
    assert client.state() == "DISCONNECTED"


def test_5_the_end_while_somebody_is_alerting(client: Client) -> None:
    """An alerting agent was never there, and so does not leave; the queue goes, too."""
    client.act(action="offer", agent=ADA)
    client.told()
    client.act(action="end", by="system")
    assert client.told() == ["Max DISCONNECTED", "Ada DISCONNECTED", "default DISCONNECTED", "Max member-leave"]


def test_5_the_end_of_a_transfer(client: Client) -> None:
    """Who was handing over was there, and leaves."""
    client.act(action="join", agent=ADA)
    client.act(action="transfer", agent="ada", to_agent=BEA)
    client.told()
    client.act(action="end", agent="ada")
    assert client.told() == ["Max DISCONNECTED", "Bea DISCONNECTED", "Ada member-leave", "Max member-leave"]


def test_6_the_guest_ends(client: Client) -> None:
    """The guest's own frame comes before the agent's."""
    client.act(action="join", agent=ADA)
    client.told()
    assert client.state() == "CONNECTED"
    assert client.call("DELETE", client.mine()) == (204, None)
    assert client.told()[:2] == ["Max DISCONNECTED", "Ada DISCONNECTED"]
    assert client.desk.truth(client.id)["state"] == "ended"


def test_7_a_message_right_after_the_stream_was_opened() -> None:
    """Integrations say something within milliseconds."""
    client = Client()
    client.create()
    client.attach()
    status, message = client.call("POST", client.mine("/messages"), {"body": "Hello", "bodyType": "standard"})
    assert (status, message["body"]) == (200, "Hello")


def test_an_agent_who_leaves(client: Client) -> None:
    """Gone for good is a message of its own besides the change of state; the guest stays."""
    client.act(action="join", agent=ADA)
    client.told()
    client.act(action="leave", agent="ada")
    assert client.told() == ["Ada DISCONNECTED", "Ada member-leave"]
    assert client.state() == "CONNECTED"


@pytest.mark.parametrize("is_new", [False, True])
def test_an_agent_who_comes_again(is_new: bool) -> None:
    """Whether that is another member is not known; integrations that show profiles by id need one answer."""
    client = Client({"guesses": {"returning_agents_are_new_members": is_new}})
    client.start()
    client.act(action="join", agent=ADA)
    client.act(action="leave", agent="ada")
    client.told()
    client.act(action="join", agent="ada")
    assert client.told()[:3] == ["Ada ALERTING", "Ada CONNECTED", "Ada member-join"]
    agents = [one for one in client.call("GET", client.own("/members"))[1]["entities"] if one["role"] == "AGENT"]
    assert [one["state"] for one in agents] == (["DISCONNECTED", "CONNECTED"] if is_new else ["CONNECTED"])
    assert "leaveDate" not in agents[-1]


def test_an_agent_who_is_taken_off_the_roster_stops_ringing(client: Client) -> None:
    """An alerting member that nobody is behind would ring for ever."""
    client.act(action="offer", agent=ADA)
    client.desk.remove_agent("ada")
    assert client.told() == ["Ada ALERTING", "Ada DISCONNECTED"]


def test_talk(client: Client) -> None:
    """Both sides' messages and typing are told; a stop of typing has no frame; the desk's own words are a notice."""
    client.act(action="join", agent=ADA)
    client.told()
    client.act(action="typing", agent="ada")
    client.act(action="typing", agent="ada", typing=False)
    client.act(action="say", agent="ada", text="Hi")
    client.call("POST", client.mine("/typing"))
    client.call("POST", client.mine("/messages"), {"body": "Yo"})
    client.act(action="say", by="system", text="Closing soon")
    client.act(action="read", agent="ada")
    assert client.told() == [
        "Ada types",
        "Ada standard Hi",
        "Max types",
        "Max standard Yo",
        "default notice Closing soon",
    ]


def test_the_frames_themselves(client: Client) -> None:
    """Clients find their way by topic, version and metadata."""
    client.act(action="join", agent=ADA)
    client.act(action="say", agent="ada", text="Hi")
    client.act(action="typing", agent="ada")
    topic = f"v2.conversations.chats.{client.id}"
    frames = client.read()
    change, said, typed = frames[0], frames[-2], frames[-1]
    told = [(one["topicName"], one["version"], one["metadata"]["type"]) for one in (change, said, typed)]
    assert told == [
        (f"{topic}.members", "2", "member-change"),
        (f"{topic}.messages", "2", "message"),
        (f"{topic}.messages", "2", "typing-indicator"),
    ]
    assert set(change["eventBody"]) == {"conversation", "member", "timestamp"}
    assert set(change["eventBody"]["member"]) == {"id", "state"}
    assert set(said["eventBody"]) == {"id", "conversation", "sender", "body", "bodyType", "timestamp"}
    assert set(typed["eventBody"]) == {"id", "conversation", "sender", "timestamp"}
    assert change["eventBody"]["timestamp"] == "2024-01-01T00:00:00.000Z"
    assert len({one["metadata"]["CorrelationId"] for one in frames}) == len(frames)


def test_opened_again_the_stream_begins_at_the_present(client: Client) -> None:
    """What was missed is asked for; whether the vendor tells it again is not known."""
    client.act(action="join", agent=ADA)
    assert client.attach() == []
    client.act(action="say", agent="ada", text="Hi")
    assert client.told() == ["Ada standard Hi"]
    replaying = Client({"guesses": {"replays_missed_frames": True}})
    assert replaying.start() == replaying.attach() != []


def test_guesses_about_frames() -> None:
    """What nobody has seen must be changeable by whoever knows better."""
    guesses = {
        "typing_topic": "typing",
        "member_message_body": "",
        "acd_disconnects_at_join": False,
        "announces_leaving_at_end": False,
        "delete_status": 200,
    }
    client = Client({"guesses": guesses})
    first = client.start()
    assert first[1]["eventBody"]["body"] == ""
    client.act(action="join", agent=ADA)
    assert "default DISCONNECTED" not in client.told()
    client.act(action="typing", agent="ada")
    assert client.read()[0]["topicName"].endswith(".typing")
    assert client.call("DELETE", client.mine())[0] == 200
    assert client.told() == ["Max DISCONNECTED", "Ada DISCONNECTED", "default DISCONNECTED"]


def test_an_agent_without_a_name(client: Client) -> None:
    """There is no name to show, and integrations have a word of their own for that."""
    client.act(action="join", agent={"id": "x"})
    (agent,) = [one for one in client.call("GET", client.own("/members"))[1]["entities"] if one["role"] == "AGENT"]
    assert "displayName" not in agent


def test_another_shapes_conversation_is_none_of_its_business(client: Client) -> None:
    """The desk may be used in several shapes at once."""
    other = client.desk.start(StartRequest("u2")).conversation.id
    client.desk.act(other, parse_action({"action": "join", "agent": ADA}))
    assert client.read() == []
    assert client.call("GET", f"/api/v2/webchat/guest/conversations/{other}/members")[0] == 404
