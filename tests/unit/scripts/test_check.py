"""The checker: every mistake of a file at once, each with its line, its key and what to do."""

from __future__ import annotations

import json

import pytest

from mockdesk.scripts import ScriptError, check_text, parse_script
from mockdesk.scripts.document import MAXIMUM_BYTES

HEAD = "name: x\nagents: [{id: ada}, {id: bob}]\nrules:\n"


def told(text: str) -> list[str]:
    """Return the mistakes of a script as the command line prints them."""
    return [mistake.describe("f") for mistake in check_text(text)]


def told_of_step(step: str) -> list[str]:
    """Return the mistakes of a script with one step, which stands in line 6."""
    return told(f"{HEAD}  - on: started\n    steps:\n      - {step}\n")


def told_of_trigger(on: str) -> list[str]:
    """Return the mistakes of a script with one trigger, which stands in line 4."""
    return told(f"{HEAD}  - on: {on}\n    steps: [join]\n")


AT = "f:6: rules[0].steps[0]"


@pytest.mark.parametrize(
    ("step", "mistake"),
    [
        ("sya: hello", '.sya: unknown step "sya"; did you mean "say"?'),
        ("requestscreen", ': unknown step "requestscreen"; did you mean "request_screen"?'),
        ("say", ': the step say needs its settings; write "say: ..."'),
        ("say:", ".say: expected a text or a mapping, got nothing; give a value, or leave the key out"),
        ("say: 42", '.say: expected a text or a mapping, got 42; put it into quotes: "42"'),
        ("say: true", '.say: expected a text or a mapping, got true; put it into quotes: "true"'),
        ('say: ""', ".say: this is empty; fill it, or leave it out"),
        ("say: {agent: ada}", '.say: the key "text" is missing; add "text: ..."'),
        ("say: {txt: hi}", '.say.txt: unknown key "txt"; did you mean "text"?'),
        ("say: {text: hi, agnet: ada}", '.say.agnet: unknown key "agnet"; did you mean "agent"?'),
        ("say: {text: hi, by: system, agent: ada}", ".say.agent: does not go with by: system; see docs/scripts.md"),
        ("say: Hello {usr_name}", '.say: unknown field {usr_name}; did you mean "user_name"?'),
        ("say: 'a } b'", ".say: the brace } stands alone; write {{ and }} for braces"),
        ("say: 'a {} b'", ".say: unknown field {}; write {{ and }} for braces"),
        ('say: "\\uD800"', ".say.text: holds a lone surrogate, which UTF-8 cannot carry; see docs/scripts.md"),
        ("wait: three", '.wait: expected a number or a mapping, got the text "three"; write a number'),
        ("wait: -1", ".wait: -1 is out of range; write at least 0"),
        ("wait: {seconds: [5, 1]}", ".wait.seconds: 5 is more than 1; write [least, most]"),
        ("wait: {mesages: 2}", '.wait.mesages: unknown key "mesages"; did you mean "messages"?'),
        ("join: aad", '.join: unknown agent "aad"; did you mean "ada"?'),
        ("transfer: {to_agent: bbo}", '.transfer.to_agent: unknown agent "bbo"; did you mean "bob"?'),
        (
            "transfer: {to_agent: bob, to_queue: vip}",
            ".transfer: exactly one of to_agent and to_queue is needed; give one of them",
        ),
        ("typing: {typing: 'yes'}", '.typing.typing: expected true or false, got the text "yes"; write true or false'),
        ("leave: {reason: lfet}", '.leave.reason: unknown word "lfet"; did you mean "left"?'),
        ("fault: {kind: eoff}", '.fault.kind: unknown word "eoff"; did you mean "eof"?'),
        ("fault: {operation: sendMessage}", '.fault: the key "kind" is missing; add "kind: ..."'),
        ("fault: {kind: close, code: 99}", ".fault.code: 99 is out of range; write at least 1000"),
        ("repeat: {times: 2, steps: [sa: x]}", '.repeat.steps[0].sa: unknown step "sa"; did you mean "say"?'),
        ("repeat: {steps: [join]}", '.repeat: the key "times" is missing; add "times: ..."'),
        (
            "{say: hi, wait: 3}",
            ': one step is expected, got "say" and "wait"; give each step its own dash, and indent its settings',
        ),
        ("5", ': expected a mapping or a text, got 5; put it into quotes: "5"'),
    ],
)
def test_a_wrong_step_is_told_with_its_line_and_key(step: str, mistake: str) -> None:
    """The words are what the author of a script acts on, so they are fixed here one by one."""
    assert f"{AT}{mistake}" in told_of_step(step)


def test_settings_that_are_not_indented_are_one_mistake() -> None:
    """The commonest slip of YAML; to call the settings unknown steps as well would lead away from it."""
    (mistake,) = told_of_step("say: hi\n        agent: ada")
    assert mistake.startswith(f'{AT}: one step is expected, got "say" and "agent"; give each step its own dash')


def test_a_key_of_another_kind_of_fault_is_told() -> None:
    """A setting that the kind does not have would be ignored silently otherwise."""
    (mistake,) = told_of_step("fault: {kind: eof, status: 500}")
    assert mistake.startswith(f'{AT}.fault.status: "status" does not belong to this kind; known are count')


@pytest.mark.parametrize(
    ("on", "mistake"),
    [
        ("stared", ': unknown trigger "stared"; did you mean "started"?'),
        ("idle", ': the trigger idle needs its settings; write "idle: ..."'),
        ("{mesage: hi}", '.mesage: unknown trigger "mesage"; did you mean "message"?'),
        ("{idle: 0}", ".idle: 0 is out of range; write more than 0"),
        ("{message: {nth: 0}}", ".message.nth: 0 is out of range; write at least 1"),
        ("{message: {contians: a}}", '.message.contians: unknown key "contians"; did you mean "contains"?'),
        ("{message: {equals: []}}", ".message.equals: this is empty; fill it, or leave it out"),
        ("ended", None),
    ],
)
def test_a_wrong_trigger_is_told(on: str, mistake: str | None) -> None:
    """A rule that never fires is the hardest mistake to find by watching."""
    expected = (
        f"f:4: rules[0].on{mistake}"
        if mistake
        else "f:5: rules[0].steps[0]: the chat is over; only fault makes sense here"
    )
    assert told_of_trigger(on) == [expected]


def test_a_bad_expression_is_told() -> None:
    """A pattern that does not compile must be found before a user's message finds it."""
    (mistake,) = told_of_trigger('{message: {matches: "(a"}}')
    assert mistake.startswith("f:4: rules[0].on.message.matches: not a regular expression: missing )")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: x\nrules:\n\t- on: started\n", "f:3: (syntax): a tab where YAML wants spaces; indent with spaces"),
        ("name: x\nrules: [\n", "f:3: (syntax): this is not YAML: while parsing a flow node"),
        ("name: x: y\n", "f:1: (syntax): this is not YAML: mapping values are not allowed here"),
        ("name: x\nname: y\nrules: []", "f:2: name: this key stands twice; keep one of the two"),
        ("name: x\nrules: []\n---\n", "f:3: (syntax): this is not YAML: expected a single document"),
        ("name: !!python/name:os.system x\n", "f:1: name: the tag tag:yaml.org,2002:python/name:os.system"),
        ("name: x\n\x07", "f:2: (file): a character that YAML does not allow"),
        ("? [a]\n: b\n", "f:1: (file): a key that is not a word"),
        ("", "f:1: (file): <text> holds no script; begin with name: and rules:"),
        ("- a\n", "f:1: (file): expected a mapping, got a list; write a mapping"),
        ("rules: []\n", 'f:1: (file): the key "name" is missing; add "name: ..."'),
        ("rules: &a [*a]\n", "f:1: rules[0]: an alias that contains itself"),
        ("[" * 20_000, "f:1: (file): values are nested too deeply"),
        ("#" * (MAXIMUM_BYTES + 1), f"f:1: (file): the file is larger than {MAXIMUM_BYTES} bytes"),
    ],
)
def test_what_is_no_script_at_all_is_told(text: str, expected: str) -> None:
    """The line is what an editor jumps to; nothing may end in a traceback."""
    assert told(text)[0].startswith(expected)


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    """A kilobyte of nested aliases stands for billions of values; it must not be unfolded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (mistake,) = told("\n".join(lines))
    assert "more than 50000 values; use fewer aliases" in mistake


def test_aliases_may_be_used() -> None:
    """Steps that come twice can be named once: each place is checked and played by itself."""
    rules = "  - {on: started, steps: &steps [join, say: hi]}\n  - {on: message, steps: *steps}\n"
    assert len(parse_script(HEAD + rules).rules[1].steps) == 2
    wrong = HEAD + "  - {on: started, steps: &steps [jion]}\n  - {on: message, steps: *steps}\n"
    assert [line.partition(":")[2].partition(";")[0] for line in told(wrong)] == [
        '4: rules[0].steps[0]: unknown step "jion"',
        '4: rules[1].steps[0]: unknown step "jion"',
    ]


def test_all_mistakes_of_a_file_come_at_once_and_in_order() -> None:
    """Nobody wants to run the check ten times for ten mistakes."""
    rules = "  - on: stared\n    step:\n      - join\n  - on: message\n    steps:\n      - sya: x\n      - join: adda\n"
    text = HEAD + rules
    assert [line.partition(": ")[0] for line in told(text + "seeed: 5\n")] == ["f:4", "f:5", "f:9", "f:10", "f:11"]


def test_a_misspelled_key_is_not_also_told_as_missing() -> None:
    """One mistake is one line: "setps" explains why "steps" is not there."""
    assert told(f"{HEAD}  - on: started\n    setps: [join]\n") == [
        'f:5: rules[0].setps: unknown key "setps"; did you mean "steps"?'
    ]


def test_words_that_yaml_usually_takes_for_something_else_are_words() -> None:
    """``on``, ``yes``, ``no`` and ``10:30`` are common in scripts and must not turn into true, false and 630."""
    rules = "  - {on: {message: yes}, steps: [say: no]}\n  - {on: {message: 10:30}, steps: [say: 2024-01-01]}\n"
    first, second = parse_script(HEAD + rules).rules
    assert [getattr(rule.on, "equals", None) for rule in (first, second)] == [("yes",), ("10:30",)]


def test_agents_must_be_declared() -> None:
    """A step needs somebody to do it: undeclared agents would be refused only when the step is played."""
    text = "name: x\nrules:\n  - on: started\n    steps: [join, say: {by: system, text: x}, end: {by: system}]\n"
    assert told(text) == ["f:4: rules[0].steps[0]: no agent is there to do this; declare one under agents:"]
    assert told(text.replace("[join", "[join: ada")) == [
        'f:4: rules[0].steps[0].join: unknown agent "ada"; declare it: agents: [{id: ada}]'
    ]


def test_two_agents_of_one_id_are_told() -> None:
    """The second would silently replace the first."""
    assert told("name: x\nagents:\n  - {id: a}\n  - {id: a}\nrules: []\n") == [
        'f:4: agents[1].id: the agent "a" is there already; give each agent its own id'
    ]


def test_a_rule_that_is_never_reached_is_told() -> None:
    """A fallback above the special cases swallows them all."""
    text = f"{HEAD}  - {{on: message, steps: [join]}}\n  - {{on: {{message: hi}}, steps: [join]}}\n"
    assert told(text) == [
        "f:5: rules[1].on: never reached: rules[0] takes every message; put the rule without a condition last"
    ]
    assert told(text.replace("on: message,", "on: message, once: true,")) == []


def test_steps_after_the_end_are_told() -> None:
    """They look as if they did something."""
    text = f"{HEAD}  - on: started\n    steps:\n      - end\n      - say: bye\n"
    assert told(text) == [
        "f:7: rules[0].steps[1]: never played: the chat has ended; leave it out, or put faults into a rule on: ended"
    ]


def test_a_mistake_stays_on_one_line() -> None:
    """One line per mistake: what the user wrote may not break it, nor send escapes to the terminal."""
    (mistake,) = told_of_step('"a\\nb\\x1b[31m": x')
    assert "\n" not in mistake
    assert "\x1b" not in mistake


def test_an_error_lists_every_mistake() -> None:
    """Whoever loads a broken script gets the same words as from the checker."""
    with pytest.raises(ScriptError) as caught:
        parse_script("name: 5\nrule: []\n", "my.yaml")
    assert str(caught.value).splitlines() == [
        'my.yaml:1: name: expected a text, got 5; put it into quotes: "5"',
        'my.yaml:2: rule: unknown key "rule"; did you mean "rules"?',
    ]
    assert len(caught.value.mistakes) == 2


def test_json_is_a_script_too() -> None:
    """The control API sends scripts as JSON, with characters beyond U+FFFF written as two halves."""
    data = {
        "name": "j",
        "agents": [{"id": "a"}],
        "rules": [{"on": "started", "steps": ["join", {"say": "\U0001f600"}]}],
    }
    assert parse_script(json.dumps(data)) == parse_script(json.dumps(data, ensure_ascii=False, indent=2))
