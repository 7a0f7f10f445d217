"""docs/limits.md: the table of everything that is bounded, made from the numbers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mockdesk.core.conversation import KEPT_STATE_CHANGES, KEPT_TYPING_VALUES
from mockdesk.core.faults import MOST_TIMES
from mockdesk.core.limits import DeskLimits, Limit, rows_of
from mockdesk.core.linear_pattern import MOST_CHARACTERS, MOST_STATES
from mockdesk.core.reading import MAX_DEPTH
from mockdesk.core.script_inbox import INBOX_LIMIT
from mockdesk.core.script_playing import STEPS_AT_ONE_INSTANT
from mockdesk.core.settings import DeskSettings
from mockdesk.core.uploads import LONGEST_NAME
from mockdesk.dialects.bodies import MOST_DEPTH
from mockdesk.dialects.canonical import MOST_FILES
from mockdesk.dialects.poll.chats import KEPT_SESSIONS
from mockdesk.dialects.twilio.conversation import MOST_WEBHOOKS
from mockdesk.dialects.twilio.session_lists import MOST_COMMANDS
from mockdesk.dialects.twilio.users import KEPT_SESSIONS as KEPT_CHAT_SESSIONS
from mockdesk.scripts.document import MAXIMUM_BYTES
from mockdesk.scripts.nodes import MAXIMUM_VALUES
from mockdesk.server.attachments import MOST_NAME_CHARACTERS
from mockdesk.server.control_http import MOST_WAIT_SECONDS
from mockdesk.server.limits import ServerLimits
from mockdesk.server.records import MOST_BODY_BYTES, MOST_FRAME_CHARACTERS
from mockdesk.server.slowness import StreamLimits

TARGET = Path(__file__).parents[1] / "docs" / "limits.md"
HEAD = """# Limits

Everything that a client controls has a limit, so that no client, careless or hostile, can stop the mock for the
others. The defaults lie far above what tests need. At a limit nothing is lost: what the desk has accepted stays, can
be read and can be ended, and everybody else goes on. Made from the numbers by `./dev docs`; a test keeps the two
equal.

"""
DESK = """## Of a desk

Set in a desk's settings, `{"limits": {"messages": 500}}`, or for the server's own desk with `mockdesk serve --limit
messages=500`. Whoever may make desks (`POST /_mock/desks`) chooses their limits. Sizes are estimates: texts by their
characters, everything else by a fixed share; what other shapes (`/genesys`, `/twilio`, `/poll`) keep for themselves
of a message comes on top.

"""
SETTINGS = """
These settings of a desk are limits, too; `GET /v1/capabilities` tells users most of them.

"""
SERVER = """
## Of the server

Set with `mockdesk serve --limit desks=50`, or with `ServerOptions(limits=ServerLimits(desks=50))`. Seconds are wall
time. Both ways to serve (`--server`) keep the same ones.

"""
STREAMS = """
Streams of every shape, the control stream included (`ServerOptions(streams=StreamLimits(...))`):

"""
FIXED = """
## Fixed

These cannot be set.

"""
TAIL = """
## Patterns of scripts

`matches` of a script is a regular expression that comes from whoever uploads the script and meets texts that come
from users. Python's own matcher can take longer than the universe for a pattern such as `(a+)+b`, so the mock has a
matcher of its own, whose time grows with the length of the text times that of the pattern, and no faster. It takes
characters, classes, alternatives, groups, repeats (greedy or not) and the assertions `^ $ \\\\A \\\\Z \\\\b \\\\B`,
and answers as Python would. Refused, with the line of the script, are lookahead and lookbehind, backreferences, flags
inside the pattern, and atomic and possessive parts.

## What is forgotten by itself

A desk in a test forgets nothing. For a mock that runs for weeks:

- `forget_ended_after_seconds` of a desk's settings removes a conversation so long (desk's time) after its end;
  `mockdesk serve` does so after 24 hours, `--forget-ended HOURS` changes it, 0: never. After that its token answers
  404, and later 401. With a store (`--store`, see durable.md) nothing is forgotten unless that is asked for.
- Desks under `/desks/{name}` that nobody has used for long are removed: by `mockdesk serve` after 60 minutes,
  `--forget-desks MINUTES`, 0: never; in a program by `ServerOptions(desk_idle_seconds=...)`, by default never. A
  request, an open stream, a waiting request and an act of the control all count as use, the ticking of a clock does
  not. `GET /_mock/desks` tells `expires_in_seconds`. The server's own desk stays.
- The journal, the events of a conversation, tokens that are over, the positions of removed conversations, users' rate
  windows and timers that were given up go when there are newer ones, or by their time.
"""


def settings_rows() -> list[Limit]:
    """Return the limits among a desk's settings."""
    usual = DeskSettings()
    return [
        Limit(
            "max_text_characters", usual.max_text_characters, "characters of a user's message", "413 `text_too_long`"
        ),
        Limit("max_body_bytes", usual.max_body_bytes, "bytes of a body", "413 `body_too_large`"),
        Limit("max_file_bytes", usual.max_file_bytes, "bytes of a file", "413 `body_too_large`"),
        Limit("max_messages_per_minute", None, "messages of one user in a minute", "429 `rate_limited`"),
        Limit("max_poll_wait_seconds", usual.max_poll_wait_seconds, "seconds that a poll is held", "it answers then"),
        Limit(
            "event_retention",
            usual.event_retention,
            "events of one conversation that are kept, in each shape",
            "410 `unknown_position`, or close code 4408, for a reader from before",
        ),
        Limit("journal_limit", usual.journal_limit, "entries of the journal", "the oldest are dropped, and counted"),
    ]


def stream_rows() -> list[Limit]:
    """Return the limits of one stream."""
    usual = StreamLimits()
    cut = "close code 4408; an event stream ends"
    return [
        Limit("stall_seconds", usual.stall_seconds, "seconds in which a client reads nothing of what there is", cut),
        Limit("lag_events", usual.lag_events, "events that a client which does not read is behind", cut),
        Limit("frame_bytes", usual.frame_bytes, "bytes of a frame that a client sends", "close code 1009"),
    ]


def fixed_rows() -> list[Limit]:
    """Return what cannot be set."""
    mistake = "422 `invalid_script`, the line and the key named"
    return [
        Limit("depth", MOST_DEPTH, "levels of JSON in a request", "400 `malformed_json`"),
        Limit("free depth", MAX_DEPTH, "levels of a value that may be anything", "422 `invalid_request`"),
        Limit("numbers", None, "numbers that no double holds, or of over 4,300 digits", "400 `malformed_json`"),
        Limit("files of a message", MOST_FILES, "`file_ids` of one message", "422 `invalid_request`"),
        Limit("file name", LONGEST_NAME, "characters of a file's name, and of its type", "422 `invalid_request`"),
        Limit("agents' file name", MOST_NAME_CHARACTERS, "characters of the name", "422 `invalid_request`"),
        Limit("duplicates", MOST_TIMES, "`times` of a fault", "422 `invalid_request`"),
        Limit("wait", MOST_WAIT_SECONDS, "seconds of `POST /_mock/wait`", "it answers then"),
        Limit("script", MAXIMUM_BYTES, "bytes of a script", mistake),
        Limit("script values", MAXIMUM_VALUES, "values of a script, aliases followed", mistake),
        Limit("script rules", 1_000, "rules; steps of a list; 100 agents", mistake),
        Limit("pattern", MOST_CHARACTERS, "characters of `matches`", mistake),
        Limit("pattern states", MOST_STATES, "characters of `matches` with its repeats written out", mistake),
        Limit(
            "steps at one instant",
            STEPS_AT_ONE_INSTANT,
            "steps without time or events in between",
            "the script stops there",
        ),
        Limit("inbox", INBOX_LIMIT, "happenings that wait for a script", "later ones are dropped, and journalled"),
        Limit(
            "states kept",
            KEPT_STATE_CHANGES,
            "changes of a user's state that are remembered",
            "the oldest are forgotten",
        ),
        Limit("typing kept", KEPT_TYPING_VALUES, "notices of typing that are remembered", "the oldest are forgotten"),
        Limit("journal body", MOST_BODY_BYTES, "bytes of a body in the journal", "its size is told instead"),
        Limit(
            "journal frame",
            MOST_FRAME_CHARACTERS,
            "characters of a client's frame in the journal",
            "the rest is left out",
        ),
        Limit("poll sessions", KEPT_SESSIONS, "session ids of one chat of `/poll`", "404 for older ones"),
        Limit(
            "chat 4 sessions",
            KEPT_CHAT_SESSIONS,
            "session lists of one identity of `/twilio`",
            "the oldest are forgotten",
        ),
        Limit("chat 4 commands", MOST_COMMANDS, "commands of one session list of `/twilio`", "503"),
        Limit("webhooks", MOST_WEBHOOKS, "webhooks of one conversation of `/twilio`", "503"),
    ]


def table(rows: Iterable[Limit]) -> str:
    """Return rows as a table."""
    lines = ["| Limit | Default | What is counted | Beyond it |", "| --- | ---: | --- | --- |"]
    lines += [f"| `{row.name}` | {number(row.default)} | {row.what} | {row.answer} |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value: float | None) -> str:
    """Return a number as people read it."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def document() -> str:
    """Return the whole page."""
    return "".join(
        (
            *(HEAD, DESK, table(rows_of(DeskLimits))),
            *(SETTINGS, table(settings_rows())),
            *(SERVER, table(rows_of(ServerLimits))),
            *(STREAMS, table(stream_rows())),
            *(FIXED, table(fixed_rows()), TAIL.replace("\\\\", "\\")),
        )
    )
