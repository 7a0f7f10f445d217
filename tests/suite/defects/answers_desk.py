"""Faulty desks whose answers are wrong: another shape, another type, a failure, or none; whatever the core does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from tests.suite.defect import Defect
from tests.suite.defects.broken_desk import Answer, desk_answering, operation_of

PROBLEM = "application/problem+json"


def on(operation: str, change: Callable[[Answer], Answer]) -> Callable[[Answer], Answer]:
    """Return a change of the answers of one operation only."""
    return lambda answer: change(answer) if operation_of(answer.environ) == operation else answer


def of_body(change: Callable[[dict[str, Any]], None]) -> Callable[[Answer], Answer]:
    """Return a change of JSON objects that were accepted."""

    def changed(answer: Answer) -> Answer:
        if answer.status >= 300 or not answer.content_type.startswith("application/json"):
            return answer
        body = json.loads(answer.body)
        change(body)
        return answer.with_body(json.dumps(body, ensure_ascii=False).encode())

    return changed


def as_text(answer: Answer) -> Answer:
    """A refusal is plain text."""
    return answer.with_type("text/plain") if answer.content_type == PROBLEM else answer


def as_html(answer: Answer) -> Answer:
    """A refusal is a page."""
    if answer.content_type != PROBLEM:
        return answer
    return answer.with_type("text/html").with_body(b"<h1>Something went wrong</h1>")


def json_as_text(answer: Answer) -> Answer:
    """The transcript says that it is text."""
    return answer.with_type("text/plain") if answer.content_type == "application/json" else answer


def without_code(answer: Answer) -> Answer:
    """A refusal has no code for programs."""
    if answer.content_type != PROBLEM:
        return answer
    body = json.loads(answer.body)
    body.pop("code")
    return answer.with_body(json.dumps(body).encode())


def fails_at_wrong_types(answer: Answer) -> Answer:
    """What has a wrong type in it is an internal error."""
    return answer.with_status(500) if answer.status == 422 else answer


def fails_at_long_input(answer: Answer) -> Answer:
    """A body with much in it is an internal error."""
    return answer.with_status(500) if int(answer.environ.get("CONTENT_LENGTH") or 0) > 10_000 else answer


def allows_everything(answer: Answer) -> Answer:
    """A body that is no JSON is taken for an empty one."""
    return answer.with_status(200) if answer.status in (400, 415) else answer


def without_retry_after(answer: Answer) -> Answer:
    """Who sends too much is not told when to come again."""
    return answer.without("Retry-After") if answer.status == 429 else answer


def late_without_shape(answer: Answer) -> Answer:
    """Who sends too much gets a text."""
    return answer.with_type("text/plain").with_body(b"Too many requests") if answer.status == 429 else answer


def says_unavailable(answer: Answer) -> Answer:
    """Who sends too much is told that the desk has failed."""
    return answer.with_status(503) if answer.status == 429 else answer


def without_ids(answer: Answer) -> Answer:
    """Server-sent events have no ids."""
    return _each_event(answer, lambda line: not line.startswith(b"id:"))


def without_names(answer: Answer) -> Answer:
    """Server-sent events have no names."""
    return _each_event(answer, lambda line: not line.startswith(b"event:"))


def _each_event(answer: Answer, keep: Callable[[bytes], bool]) -> Answer:
    if not answer.content_type.startswith("text/event-stream"):
        return answer

    def lines() -> Iterable[bytes]:
        for chunk in answer.chunks:
            yield b"\n".join(line for line in chunk.split(b"\n") if keep(line))

    return answer.with_chunks(lines())


def without_ended(body: dict[str, Any]) -> None:
    """A poll never says that nothing will come."""
    if "ended" in body:
        body["ended"] = False


def answers_at_once(environ: dict[str, Any]) -> None:
    """No poll is held."""
    query = environ["QUERY_STRING"]
    if environ["PATH_INFO"].endswith("/events"):
        environ["QUERY_STRING"] = "&".join(part for part in query.split("&") if not part.startswith("wait="))


def always_online(body: dict[str, Any]) -> None:
    """Somebody is always there."""
    body["online"] = True


def never_online(body: dict[str, Any]) -> None:
    """Nobody is ever there."""
    body["online"] = False


def online_as_count(body: dict[str, Any]) -> None:
    """Whether somebody is there is a number."""
    body["online"] = body.get("agents_online", 0)


def of_the_default(environ: dict[str, Any]) -> None:
    """The queue that is asked for is not looked at."""
    if environ["PATH_INFO"].endswith("/availability"):
        environ["QUERY_STRING"] = ""


def refused_with(status: int) -> Callable[[Answer], Answer]:
    """Return what answers a declared operation as if it were not there."""
    return lambda answer: answer.with_status(status) if answer.status < 300 else answer


def bytes_as_text(answer: Answer) -> Answer:
    """Files are read back as text, whatever they are."""
    if answer.status >= 300:
        return answer
    return answer.with_body(answer.body.decode("utf-8", "replace").encode())


def line_ends(answer: Answer) -> Answer:
    """Line ends in files are made those of Unix."""
    return answer.with_body(answer.body.replace(b"\r\n", b"\n")) if answer.status < 300 else answer


def types_guessed(answer: Answer) -> Answer:
    """Files are read back as a stream of bytes."""
    return answer.with_type("application/octet-stream") if answer.status < 300 else answer


def base_name(body: dict[str, Any]) -> None:
    """Of a name only what follows the last slash is kept."""
    body["name"] = body["name"].rpartition("/")[2]


def lower_name(body: dict[str, Any]) -> None:
    """Names are made tidy."""
    body["name"] = "".join(each if each.isalnum() or each in "./ -" else "_" for each in body["name"])


DESKS = (
    Defect("desk_refuses_in_text", "ERR-07", "refusals are text", "B21", desk=desk_answering(as_text)),
    Defect("desk_refuses_in_html", "ERR-07", "refusals are pages", desk=desk_answering(as_html)),
    Defect(
        "desk_lists_as_text", "ERR-07", "JSON is sent as text", desk=desk_answering(on("listMessages", json_as_text))
    ),
    Defect("desk_has_no_codes", "ERR-07", "problems have no code", desk=desk_answering(without_code)),
    Defect(
        "desk_counts_online",
        "ERR-07",
        "online is a number",
        "B70",
        desk=desk_answering(on("getAvailability", of_body(online_as_count))),
    ),
    Defect("desk_breaks_at_types", "ERR-06", "wrong types are a 500", "B49", desk=desk_answering(fails_at_wrong_types)),
    Defect("desk_breaks_at_length", "ERR-06", "long input is a 500", desk=desk_answering(fails_at_long_input)),
    Defect("desk_allows_everything", "ERR-07", "garbage is accepted", desk=desk_answering(allows_everything)),
    Defect(
        "desk_hides_retry_after", "LIM-03", "429 without Retry-After", "B21", desk=desk_answering(without_retry_after)
    ),
    Defect("desk_limits_in_text", "LIM-03", "429 is plain text", "B21", desk=desk_answering(late_without_shape)),
    Defect("desk_limits_with_503", "LIM-03", "too many is a 503", desk=desk_answering(says_unavailable)),
    Defect("desk_sends_no_ids", "ORD-10", "server-sent events have no id", desk=desk_answering(without_ids)),
    Defect("desk_sends_no_names", "ORD-10", "server-sent events have no name", desk=desk_answering(without_names)),
    Defect(
        "desk_polls_on",
        "LIF-20",
        "a poll never says ended",
        desk=desk_answering(on("pollEvents", of_body(without_ended))),
    ),
    Defect(
        "desk_holds_no_poll", "ORD-09", "polls are answered at once", "B40", desk=desk_answering(asked=answers_at_once)
    ),
    Defect(
        "desk_always_online",
        "AVL-10",
        "nobody there is online",
        desk=desk_answering(on("getAvailability", of_body(always_online))),
    ),
    Defect(
        "desk_never_online",
        "AVL-10",
        "agents there are offline",
        desk=desk_answering(on("getAvailability", of_body(never_online))),
    ),
    Defect("desk_knows_one_queue", "AVL-10", "the queue is ignored", "B46", desk=desk_answering(asked=of_the_default)),
    Defect(
        "desk_lacks_typing",
        "LIM-06",
        "typing is declared, and 404",
        desk=desk_answering(on("userTyping", refused_with(404))),
    ),
    Defect(
        "desk_lacks_state",
        "LIM-06",
        "updates are declared, and 501",
        desk=desk_answering(on("updateState", refused_with(501))),
    ),
    Defect(
        "desk_lacks_polls",
        "LIM-06",
        "polls are declared, and 404",
        desk=desk_answering(on("pollEvents", refused_with(404))),
    ),
    Defect("desk_reads_files_as_text", "FIL-03", "bytes are lost", desk=desk_answering(on("getFile", bytes_as_text))),
    Defect("desk_changes_line_ends", "FIL-03", "line ends are changed", desk=desk_answering(on("getFile", line_ends))),
    Defect("desk_guesses_types", "FIL-03", "types are lost", desk=desk_answering(on("getFile", types_guessed))),
    Defect(
        "desk_cuts_file_names",
        "FIL-03",
        "a name is taken for a path",
        desk=desk_answering(on("uploadFile", of_body(base_name))),
    ),
    Defect(
        "desk_tidies_file_names",
        "FIL-03",
        "names are changed",
        desk=desk_answering(on("uploadFile", of_body(lower_name))),
    ),
)
