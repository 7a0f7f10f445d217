"""Documents that are made to break a reader, or are just very large: bounded, and refused in one clear line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.assess.judge import assess
from contracts.assess.problems import BadInput
from contracts.assess.reading import document_of, read_document
from contracts.assess.source import DEEPEST, LARGEST_FILE, read_file, read_text
from tests.suite.assess.support import assess_data, load, path_of, verdicts

BOUND = 20.0
"""Seconds of processor time that no document may take; what is not bounded takes hours."""


def read(text: str) -> Any:
    """Return the values of a text."""
    return read_text(text, "hostile.yaml").data


def test_a_bomb_of_aliases_costs_nothing() -> None:
    """Nine aliases of nine aliases and so on are billions of values when they are copied."""
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    document = f"openapi: 3.0.0\npaths: {{}}\na0: &a0 [x]\n{levels}\n"
    began = time.process_time()
    assert assess(document_of(read_text(document, "bomb.yaml"))).conclusion.value.startswith("cannot")
    assert time.process_time() - began < BOUND


def test_a_bomb_of_aliases_in_a_schema_is_bounded() -> None:
    """The same where the walk through schemas comes along."""
    parts = "\n".join(
        f"  S{n}: &s{n} {{allOf: [{', '.join([f'*s{n - 1}'] * 9)}], properties: {{p{n}: *s{n - 1}, q{n}: *s{n - 1}}}}}"
        for n in range(1, 25)
    )
    text = (
        f"openapi: 3.0.0\nx-parts:\n  S0: &s0 {{type: object}}\n{parts}\npaths:\n  /chats:\n    post:\n"
        "      requestBody: {content: {application/json: {schema: *s24}}}\n      responses: {}\n"
    )
    began = time.process_time()
    assess(document_of(read_text(text, "bomb.yaml")))
    assert time.process_time() - began < BOUND


def test_a_bomb_of_merge_keys_is_bounded() -> None:
    """Merge keys copy: each level doubles what the one before had."""
    levels = "\n".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 60))
    began = time.process_time()
    assert len(read(f"a0: &a0 {{k0: 1}}\n{levels}\n")["a59"]) == 60
    assert time.process_time() - began < BOUND


def test_merge_keys_copied_too_often_are_refused() -> None:
    """A large mapping merged into very many others is stopped by the number of values, with the line."""
    large = "a: &a {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\n"
    with pytest.raises(BadInput, match=r"hostile\.yaml:[0-9]+: more than"):
        read(large + "".join(f"b{n}: {{<<: *a}}\n" for n in range(2000)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [*a]\n", r":1: \*a contains itself"),
        ("a: &a {b: {c: *a}}\n", r":1: \*a contains itself"),
        ("a: *b\n", "names no anchor|neither JSON nor YAML"),
        ("{[a, b]: c}\n", "not a word"),
        ("? {a: b}\n: c\n", "not a word"),
        ("a: 1\n---\nb: 2\n", ":2: a second document"),
        ("a:\n  <<: 7\n", "merge key"),
        ("[" * (DEEPEST + 1), "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("a: " * 3, "neither JSON nor YAML"),
        ("a: \x00\n", "character"),
        ("\tb: 1\n", "neither JSON nor YAML"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, said: str) -> None:
    """Each of them has taken a reader down somewhere."""
    with pytest.raises(BadInput, match=said):
        read(text)


def test_json_nested_deeply_is_refused() -> None:
    """The JSON parser's own limit is far beyond what the rest can walk."""
    with pytest.raises(BadInput, match="nested too deeply"):
        read('{"a":' * (DEEPEST + 5) + "1" + "}" * (DEEPEST + 5))


def test_keys_that_are_no_texts_become_texts() -> None:
    """Statuses are written without quotes everywhere; dates and yes and no are no dates and no truth values."""
    assert read("200: ok\n1.5: a\ntrue: b\n2024-01-01: c\n~: d\non: yes\n") == {
        "200": "ok",
        "1.5": "a",
        "true": "b",
        "2024-01-01": "c",
        "~": "d",
        "on": "yes",
    }


def test_statuses_without_quotes_count() -> None:
    """An answer under the number 201 is a successful answer."""
    text = path_of("polling_desk").read_text(encoding="utf-8").replace('"202"', "202").replace('"200"', "200")
    assert verdicts(assess(document_of(read_text(text, "a.yaml"))))["startChat"] == "present"


def test_no_tag_is_acted_on(tmp_path: Path) -> None:
    """A document from anywhere must not run anything."""
    victim = tmp_path / "made"
    text = f"openapi: 3.0.0\npaths: {{}}\nx: !!python/object/apply:os.mkdir ['{victim}']\n"
    assert read(text)["x"] == [str(victim)]
    assert not victim.exists()


@pytest.mark.all
def test_three_megabytes_are_read_in_reasonable_time(tmp_path: Path) -> None:
    """Whole platforms are described in one file; the chats in it are found all the same, in JSON and in YAML."""
    document = load("guest_chat")
    for number in range(1500):
        document["paths"][f"/api/v2/billing/accounts/{{accountId}}/plans{number}"] = {
            method: {
                "operationId": f"{method}Plan{number}",
                "summary": f"Plan {number} of an account.",
                "description": "What is charged, and when. " * 20,
                "responses": {"200": {"$ref": "#/components/responses/Error"}},
            }
            for method in ("get", "put", "delete")
        }
    for name, text in (("big.json", json.dumps(document)), ("big.yaml", yaml.dump(document, Dumper=_DUMPER))):
        assert len(text) > 2_900_000
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        began = time.process_time()
        assert verdicts(assess(read_document(path))) == verdicts(assess_data(load("guest_chat")))
        assert time.process_time() - began < BOUND


_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """Nothing is read into memory without a bound."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(BadInput, match="larger than"):
        read_file(path)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"openapi: \xe9\n", b"\x80\x81", "openapi: 3.0.0\npaths: {}".encode("utf-16")]
)
def test_other_encodings_are_read_or_refused(content: bytes, tmp_path: Path) -> None:
    """UTF-16 with its mark is read; what is no text is one line."""
    path = tmp_path / "document.yaml"
    path.write_bytes(content)
    if content.startswith((b"\xff\xfeo", b"\xfe\xff")):
        assert read_file(path).data == {"openapi": "3.0.0", "paths": {}}
    else:
        with pytest.raises(BadInput, match=r"UTF-8|character"):
            read_file(path)


# references ---
def chat(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose one operation answers a schema."""
    answer = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.0.0",
        "paths": {"/chats": {"post": {"summary": "Start a chat with an agent.", "responses": {"200": answer}}}},
        "components": {"schemas": schemas},
    }


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}]}},
        {"A": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {"$ref": "#/components/schemas/A"}}}},
        {"A": {"items": {"$ref": "#/components/schemas/A"}}},
        {"A": {"additionalProperties": {"$ref": "#/components/schemas/A"}}},
        {"A": {"oneOf": [{"properties": {"x": {"$ref": "#/components/schemas/A"}}}] * 30}},
        {},
        {"A": {"$ref": "https://example.com/elsewhere.yaml#/A"}},
        {"A": {"$ref": "http://["}},
        {"A": {"$ref": "#/components/schemas/A/allOf/x"}, "B": []},
        {"A": {"$ref": "%%%"}},
        {"A": {"$ref": 7}},
        {"A": {"$ref": "../../../etc/passwd"}},
    ],
)
def test_references_in_circles_or_to_nowhere_are_survived(schemas: dict[str, Any]) -> None:
    """What cannot be resolved is unknown, and the rest of the document is still assessed."""
    began = time.process_time()
    done = assess_data(chat({"$ref": "#/components/schemas/A"}, schemas))
    assert time.process_time() - began < BOUND
    assert [one.candidate.operation.path for one in done.findings[0].candidates] == ["/chats"]


def test_a_reference_to_nowhere_is_noted() -> None:
    """Else the reader wonders why a field that he sees is said to be missing."""
    done = assess_data(chat({"$ref": "#/components/schemas/Chatt"}, {}))
    assert any("#/components/schemas/Chatt" in note for note in done.document.notes)


def test_nothing_is_fetched() -> None:
    """A document must not make the suite talk to a network."""
    done = assess_data(chat({"$ref": "http://127.0.0.1:9/schemas.yaml#/A"}, {}))
    assert any("nothing is fetched" in note for note in done.document.notes)


def test_files_beside_the_document_are_read(tmp_path: Path) -> None:
    """Large documents are split; the parts may refer to each other and back."""
    (tmp_path / "parts").mkdir()
    paths = {"paths": {"/chats": {"$ref": "parts/chats.yaml#/chats"}}}
    (tmp_path / "openapi.json").write_text(json.dumps({"openapi": "3.0.0", **paths}), encoding="utf-8")
    (tmp_path / "parts" / "chats.yaml").write_text(
        "chats:\n  post:\n    summary: Start a chat with an agent.\n    responses:\n      200:\n"
        "        content: {application/json: {schema: {$ref: 'schemas.yaml#/Chat'}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "parts" / "schemas.yaml").write_text("Chat: {properties: {id: {type: string}}}\n", encoding="utf-8")
    document = read_document(tmp_path / "openapi.json")
    assert [field.shown() for field in document.operations[0].answer.fields] == ["the whole body", "id"]
    assert document.notes == ()


def test_files_elsewhere_are_not_read(tmp_path: Path) -> None:
    """A document from anywhere must not read what lies beside it on somebody's machine."""
    (tmp_path / "secret.yaml").write_text("Chat: {properties: {secret: {type: string}}}\n", encoding="utf-8")
    folder = tmp_path / "api"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    for reference in ("../secret.yaml#/Chat", f"file://{tmp_path}/secret.yaml#/Chat", "link.yaml#/Chat"):
        path = folder / "openapi.json"
        path.write_text(json.dumps(chat({"$ref": reference}, {})), encoding="utf-8")
        document = read_document(path)
        assert all("secret" not in field.path for field in document.operations[0].answer.fields)
        assert document.notes


def test_a_broken_file_beside_it_is_named(tmp_path: Path) -> None:
    """The note says which file is broken, and on which line."""
    (tmp_path / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    (tmp_path / "openapi.json").write_text(json.dumps(chat({"$ref": "broken.yaml#/a"}, {})), encoding="utf-8")
    document = read_document(tmp_path / "openapi.json")
    assert any("broken.yaml:2" in note for note in document.notes)
