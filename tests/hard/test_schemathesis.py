"""What schemathesis makes of both documents, in all phases and with three seeds, is answered as they say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from contracts.desk.fuzz import PHASES, fuzz
from contracts.local_constants import no_local_constants
from mockdesk import RunningServer
from tests.hard.document import desk_document, operations
from tests.hard.schema.control_fuzz import LEFT_OUT, fuzz_control, names
from tests.hard.tiers import server_of
from tests.hard.watch import watching
from tests.server.support import start

SEEDS = (1, 2, 3)
EXAMPLES, MANY_EXAMPLES = 3, 60
KEY = "the-key-of-the-site"
NEEDS_AN_AGENT = {"answerScreenShare"}
"""What nobody can do before an agent has asked for it."""
ON_RUNNING_CLOCKS = {"setClock"}
"""A virtual clock has no speed: it is always refused."""
WALKED = ("startChat", "sendMessageToAgent", "listMessages", "pollEvents", "endChat")


@pytest.fixture
def server(tier: str) -> Iterator[RunningServer]:
    """A server in whose log no error may be found."""
    with watching() as watch, server_of(tier, settings={"api_keys": [KEY], "journal_limit": 500}) as running:
        yield running
    assert watch.seen == []


def desk_is_fuzzed(server: RunningServer, seed: int, examples: int) -> None:
    """Fuzz the desk API; count what was accepted, so that the walk is a real one."""
    more: Any = {"seed": seed, "seconds": 1e6, "api_key": KEY}
    with no_local_constants():
        single = fuzz(server.url, max_examples=examples, phases=PHASES[:-1], **more)
        walks = fuzz(server.url, max_examples=5 * examples, phases=PHASES[-1:], **more)
    for result in (single, walks):
        assert (result.failures, result.errors, result.complete) == ([], [], True)
    known = {one.name for one in operations(desk_document()) if one.name != "streamEvents"}
    assert {name for name in known if not single.accepted[name]} <= NEEDS_AN_AGENT
    assert all(walks.walked[name] > 0 for name in WALKED), walks.walked
    sent, accepted, walked = (
        sum(one.values()) for one in (single.sent + walks.sent, single.accepted + walks.accepted, walks.walked)
    )
    print(f"seed {seed}: {sent} requests, {accepted} accepted, {walked} of them in walks")  # noqa: T201


def there(server: RunningServer, operation: str) -> dict[str, str]:
    """Return what is there for an operation to be aimed at; what a request has taken away comes again."""
    control = server.control()
    if operation == "removeFault":
        return {"fault_id": control.inject({"kind": "status", "operation": "getAvailability"})}
    if operation in ("showFile", "putFile"):
        control.put_file("known.txt", b"known", "text/plain")
        return {"name": "known.txt"}
    found = control.conversations()
    if operation == "showUserFile" or not found:
        control.set_queue("default", {"open": True})
        user = start(server.url)
        made = user.call("POST", "/files", files={"file": ("a.txt", b"abc", "text/plain")}).json()
        return {"conversation_id": user.conversation_id, "file_id": str(made["id"])}
    return {"conversation_id": str(found[-1]["id"])}


def control_is_fuzzed(server: RunningServer, seed: int, examples: int) -> None:
    """Fuzz the control API of the server's own desk."""

    with no_local_constants():
        result = fuzz_control(server.url, partial(there, server), seed, examples)
    assert result.failures == [], "\n".join(result.failures[:10])
    assert names() <= result.sent.keys(), names() - result.sent.keys()
    assert {name for name in names() if not result.accepted[name]} <= ON_RUNNING_CLOCKS
    sent, accepted = sum(result.sent.values()), sum(result.accepted.values())
    print(f"seed {seed}: {sent} requests, {accepted} accepted; left out: {', '.join(LEFT_OUT)}")  # noqa: T201


def test_all_phases_are_meant() -> None:
    """A phase that is left out finds nothing."""
    assert set(PHASES) == {"examples", "coverage", "fuzzing", "stateful"}


@pytest.mark.all
@pytest.mark.parametrize("seed", SEEDS)
def test_the_desk_api(server: RunningServer, seed: int) -> None:
    """A few examples of each operation, and walks from a start to an end."""
    desk_is_fuzzed(server, seed, EXAMPLES)


@pytest.mark.all
@pytest.mark.parametrize("seed", SEEDS)
def test_the_control_api(server: RunningServer, seed: int) -> None:
    """Whatever the control is told, it answers, and the desk lives."""
    control_is_fuzzed(server, seed, EXAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_the_desk_api_at_length(server: RunningServer, seed: int) -> None:
    """Many examples of each operation."""
    desk_is_fuzzed(server, seed + 100, MANY_EXAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_the_control_api_at_length(server: RunningServer, seed: int) -> None:
    """Many examples of each operation."""
    control_is_fuzzed(server, seed + 100, MANY_EXAMPLES)
