"""Scenarios of security: two users at once, and words that look like commands."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step
from contracts.vocabulary import CONTROL_WORDS

HALF = len(CONTROL_WORDS) // 2


@scenario("SEC-01", "MSG-02")
def two_users_at_once() -> Iterable[Step]:
    """Two users with two agents, word by word in turn."""
    yield step("start", user="u1")
    yield step("start", user="u2")
    yield act("join", "ada", user="u1")
    yield act("join", "bob", user="u2")
    yield act("say", "ada", user="u1", text="For the first: 1111.")
    yield act("say", "bob", user="u2", text="For the second: 2222.")
    yield step("send", user="u1", text="From the first.")
    yield step("send", user="u2", text="From the second.")
    yield act("end", "ada", user="u1")
    yield act("say", "bob", user="u2", text="Still with the second.")
    yield step("end", user="u2")


@scenario("SEC-01")
def one_user_leaves_the_other_stays() -> Iterable[Step]:
    """One user has an agent, leaves and comes back; the other waits all the time."""
    yield step("start", user="u1")
    yield step("start", user="u2")
    yield act("join", "ada", user="u1")
    yield step("send", user="u1", text="From the first, in the first chat.")
    yield step("end", user="u1")
    yield step("start", user="u1")
    yield step("send", user="u2", text="From the second, who waits.")
    yield act("join", "ada", user="u2")
    yield act("say", "ada", user="u2", text="For the second only.")


@scenario("SEC-08", "MSG-02")
def commands_in_the_agents_words() -> Iterable[Step]:
    """An agent writes words that some desk has been seen to obey."""
    yield step("start")
    yield act("join", "ada")
    for word in CONTROL_WORDS[:HALF]:
        yield act("say", "ada", text=word)
    yield step("send", text="What does that mean?")


@scenario("SEC-08", "MSG-02")
def more_commands_in_the_agents_words() -> Iterable[Step]:
    """The other words."""
    yield step("start")
    yield act("join", "ada")
    for word in CONTROL_WORDS[HALF:]:
        yield act("say", "ada", text=word)
    yield step("send", text="And that?")


@scenario("SEC-08", "MSG-05")
def commands_in_the_users_words() -> Iterable[Step]:
    """The user writes them."""
    yield step("start")
    yield act("join", "ada")
    for word in CONTROL_WORDS[:HALF]:
        yield step("send", text=word)
    yield act("say", "ada", text="I am still here.")


@scenario("SEC-08", "MSG-05")
def more_commands_in_the_users_words() -> Iterable[Step]:
    """The other words."""
    yield step("start")
    yield act("join", "ada")
    for word in CONTROL_WORDS[HALF:]:
        yield step("send", text=word)
    yield act("say", "ada", text="I am still here.")


@scenario("SEC-03", settings={"api_keys": ["canary-key-of-the-account"]})
def a_desk_with_an_account() -> Iterable[Step]:
    """The desk knows an account's key; the client must never see it."""
    yield step("availability")
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Hello.")
    yield step("send", text="Hello.")
    yield step("state", changes={"locale": "de"})
    yield step("end")
