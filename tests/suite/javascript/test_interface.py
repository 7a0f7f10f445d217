"""The host's interface in JavaScript: names, shapes and orders of both generations, in both lanes."""

from __future__ import annotations

from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from contracts.frozen import freeze
from contracts.lanes.stdio_peer import AdapterError
from tests.suite.javascript.pages import LANES, SECONDS, integration, page_of

ECHO = integration(
    startChat="async (message, options) => callback.sendMessageToUser(JSON.stringify([message, options]), 'x')",
    endChat="async (...given) => JSON.stringify(given)",
    sendMessageToAgent="""async (message, id, more) => {
        const files = (more?.filesToUpload ?? []).map(async ({ id, file, status }) =>
            [id, file.name, file.type, status, Array.from(new Uint8Array(await file.arrayBuffer()))]);
        return JSON.stringify([message, id, await Promise.all(files)]);
    }""",
    updateState="(state) => JSON.stringify(state)",
    areAnyAgentsOnline="async () => null",
    userTyping="async (isTyping) => isTyping",
    reconnect="async () => parameters.persistedState?.conversation === 7",
)


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize(("api", "without"), [("2023", "reconnect"), ("carbon", "update_state")])
def test_what_a_generation_never_calls_is_not_offered(tmp_path: Path, lane: str, api: str, without: str) -> None:
    """A requirement must not blame an integration for a function that its host does not have."""
    with page_of(ECHO, tmp_path, lane, host_api=api) as page:
        assert not hasattr(page.adapter, without)
        assert callable(page.adapter.start_chat)
        assert not hasattr(page.adapter, "user_read_messages")


@pytest.mark.parametrize("lane", LANES)
def test_arguments_of_2023(tmp_path: Path, lane: str) -> None:
    """What the widget of 2023 hands over comes in its names and its order."""
    with page_of(ECHO, tmp_path, lane, host_api="2023") as page:
        page.adapter.start_chat({"output": {"generic": []}}, {"agent_app_info": {"session_history_key": "h"}})
        page.adapter.start_chat({"output": {"generic": []}})
        shown = [arguments["message"] for _, arguments in page.host.wait_for(2)]
        assert shown == [
            '[{"output":{"generic":[]}},{"agentAppInfo":{"sessionHistoryKey":"h"}}]',
            '[{"output":{"generic":[]}},null]',
        ]
        assert page.adapter.end_chat({}) == "[{}]"
        assert page.adapter.end_chat() == "[]"
        assert page.adapter.update_state({"session_id": "s", "user_id": None, "locale": "de"}) == (
            '{"sessionID":"s","userID":null,"locale":"de"}'
        )
        assert page.adapter.are_any_agents_online({}) is None
        assert page.adapter.user_typing(True) is True


@pytest.mark.parametrize("lane", LANES)
def test_files_come_as_files_with_their_bytes(tmp_path: Path, lane: str) -> None:
    """A byte that is lost between the suite and the page would be blamed on the integration."""
    content = bytes(range(256))
    file = {"id": "f1", "name": "ü & <x>.png", "content_type": "image/png", "content": content}
    with page_of(ECHO, tmp_path, lane) as page:
        told = page.adapter.send_message_to_agent({"input": {"text": "☃"}}, "m1", {"files_to_upload": [file]})
        assert (
            told
            == f'[{{"input":{{"text":"☃"}}}},"m1",[["f1","ü & <x>.png","image/png","edit",{list(content)}]]]'.replace(
                ", ", ","
            )
        )


CALLBACKS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "carbon",
        "agentJoined({ id: 'a', nickname: 'Ada' })",
        "agent_joined",
        {"profile": {"id": "a", "nickname": "Ada"}},
    ),
    ("carbon", "sendMessageToUser('hi')", "send_message_to_user", {"message": "hi", "agent_id": None}),
    ("carbon", "beginTransferToAnotherAgent()", "begin_transfer_to_another_agent", {}),
    (
        "carbon",
        "updateAgentAvailability({ estimatedWaitTime: 3, position_in_queue: 2 })",
        "update_agent_availability",
        {"availability": {"estimated_wait_time": 3, "unknown:position_in_queue": 2}},
    ),
    (
        "2023",
        "updateAgentAvailability({ estimated_wait_time: NaN, positionInQueue: 2 })",
        "update_agent_availability",
        {"availability": {"estimated_wait_time": "<NaN>", "unknown:positionInQueue": 2}},
    ),
    (
        "carbon",
        "setErrorStatus({ type: 2, isDisconnected: true, logInfo: new TypeError('no') })",
        "set_error_status",
        {"error": {"type": 2, "is_disconnected": True, "log_info": {"name": "TypeError", "message": "no"}}},
    ),
    (
        "carbon",
        "setFileUploadStatus('f', true, 'too big')",
        "set_file_upload_status",
        {"file_id": "f", "is_error": True, "error_message": "too big"},
    ),
    (
        "carbon",
        "updateCapabilities({ allowFileUploads: true })",
        "update_capabilities",
        {"capabilities": {"allow_file_uploads": True}},
    ),
    ("carbon", "agentTyping(true, 'Ada')", "agent_typing", {"is_typing": True, "argument_2": "Ada"}),
]


@pytest.mark.parametrize("lane", LANES)
def test_callbacks_come_in_the_names_of_the_suite(tmp_path: Path, lane: str) -> None:
    """Both generations are judged by the same requirements; what the host does not know stays visible."""
    for api in ("2023", "carbon"):
        mine = [one for one in CALLBACKS if one[0] == api]
        code = integration(userTyping="async () => { " + " ".join(f"callback.{call};" for _, call, _, _ in mine) + " }")
        with page_of(code, tmp_path, lane, host_api=api) as page:
            page.adapter.user_typing(True)
            assert page.host.wait_for(len(mine)) == [(name, arguments) for _, _, name, arguments in mine]


@pytest.mark.parametrize("lane", LANES)
def test_an_unknown_callback_is_recorded_and_throws(tmp_path: Path, lane: str) -> None:
    """In the real host it is no function; ERR-10 judges that it was tried."""
    code = integration(
        userTyping="async () => callback.agentWaved(1)", startChat="async () => callback.persistedState()"
    )
    with page_of(code, tmp_path, lane, host_api="2023") as page:
        with pytest.raises(AdapterError, match=r"callback\.agentWaved is not a function"):
            page.adapter.user_typing(True)
        with pytest.raises(AdapterError, match=r"callback\.persistedState is not a function"):
            page.adapter.start_chat({})
        assert page.host.told == [("agentWaved", {"argument_1": 1}), ("persistedState", {})]


@pytest.mark.parametrize("lane", LANES)
def test_the_persisted_state_is_read_at_once_and_merged(tmp_path: Path, lane: str) -> None:
    """The successor's host answers persistedState without a promise, and merges unless it is told not to."""
    code = integration(
        reconnect="async () => parameters.persistedState?.conversation === 7",
        userTyping="""async () => {
            callback.updatePersistedState({ position: 3 });
            const merged = callback.persistedState();
            callback.updatePersistedState({ only: 1 }, false);
            return [merged, callback.persistedState()];
        }""",
    )
    with page_of(code, tmp_path, lane, state={"conversation": 7}) as page:
        assert page.adapter.reconnect() is True
        assert page.adapter.user_typing(True) == [{"conversation": 7, "position": 3}, {"only": 1}]
        assert page.host.wait_for(2) == [
            ("update_persisted_state", {"state": {"position": 3}}),
            ("update_persisted_state", {"state": {"only": 1}, "merge": False}),
        ]


@pytest.mark.parametrize("lane", LANES)
def test_the_session_storage_outlives_a_page(tmp_path: Path, lane: str) -> None:
    """A token that an integration keeps there must be there after a reload, and nowhere else."""
    code = integration(
        startChat="async () => sessionStorage.setItem('token', 't-1')",
        endChat="async () => sessionStorage.getItem('token')",
    )
    tokens: dict[str, str] = {}
    with page_of(code, tmp_path, lane, tokens=tokens) as page:
        assert page.adapter.end_chat() is None
        page.adapter.start_chat({})
        assert tokens == {"token": "t-1"}
    with page_of(code, tmp_path, lane, tokens=tokens) as page:
        assert page.adapter.end_chat() == "t-1"


@pytest.mark.parametrize("lane", LANES)
def test_what_a_failing_host_does_to_a_callback(tmp_path: Path, lane: str) -> None:
    """Who waits for a callback gets the host's exception; who does not wait is not blamed for one (ERR-08)."""
    code = integration(
        userTyping="async (isTyping) => { const told = callback.agentTyping(isTyping); if (isTyping) await told; }",
        screenShareStop="async () => callback.screenShareRequest()",
    )
    with page_of(code, tmp_path, lane) as page:
        page.host.answers = {"agent_typing": RuntimeError("broken"), "screen_share_request": "accepted"}
        with pytest.raises(AdapterError, match="RuntimeError: broken"):
            page.adapter.user_typing(True)
        page.adapter.user_typing(False)
        assert page.adapter.screen_share_stop() == "accepted"
        assert page.heard == []


@pytest.mark.parametrize("lane", LANES)
def test_the_end_inside_agent_ended_chat_says_who_ended_it(tmp_path: Path, lane: str) -> None:
    """The successor's host tells endChat that a human agent has ended the chat."""
    code = integration(
        userTyping="async () => void callback.agentEndedChat()",
        endChat="async ({ endedByHumanAgent }) => endedByHumanAgent",
    )
    with page_of(code, tmp_path, lane) as page:
        assert page.adapter.end_chat({}) is False
        inside: Queue[Any] = Queue()
        page.host.answers = {}
        page.host.__dict__["agent_ended_chat"] = lambda: inside.put(page.adapter.end_chat({}))
        page.adapter.user_typing(True)
        assert inside.get(timeout=SECONDS) is True


@pytest.mark.parametrize("lane", LANES)
def test_a_changed_input_is_seen(tmp_path: Path, lane: str) -> None:
    """The page works on copies, so the change itself must be told (STA-06)."""
    code = integration(
        startChat="async (message) => { message.output.generic.pop(); }",
        sendMessageToAgent="async (message) => ({ ...message, seen: true })",
    )
    changes: list[str] = []
    with page_of(code, tmp_path, lane) as page:
        page.adapter.send_message_to_agent(freeze({"input": {"text": "hi"}}, changes.append), "m1")
        assert changes == []
        page.adapter.start_chat(freeze({"output": {"generic": [1]}}, changes.append))
        assert changes == ["an argument of start_chat"]


@pytest.mark.parametrize("lane", LANES)
def test_any_use_of_the_widgets_instance_is_harmless(tmp_path: Path, lane: str) -> None:
    """An integration may register listeners while it is built, and there is no widget."""
    code = integration(userTyping="async () => typeof parameters.instance.on({ type: 'send', handler() {} })")
    with page_of(code, tmp_path, lane) as page:
        assert page.adapter.user_typing(True) == "function"
