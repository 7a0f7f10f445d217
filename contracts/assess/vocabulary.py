"""The words of the field. Singular and lower case, as :func:`contracts.assess.words.words` gives them.

Words of the trade only: whoever adds one for a single product's sake makes the assessment blind for the next product.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What is talked in
TALK = frozenset({"conversation", "chat", "livechat", "webchat", "engagement", "interaction", "dialog", "dialogue"})
"""A conversation by a name that means little else."""
LOOSE_TALK = frozenset({"session", "channel", "room", "contact", "request", "thread", "visit"})
"""Names under which conversations go too, besides much else."""
MEMBER = frozenset({"member", "participant", "party", "attendee"})

# What is said
MESSAGE = frozenset({"message", "text", "activity", "utterance", "chatmessage"})
LOOSE_MESSAGE = frozenset({"event", "reply", "entry", "line"})
TEXT_FIELD = frozenset({"text", "body", "content", "message", "msg", "utterance", "html", "plaintext"})
AUTHOR_FIELD = frozenset(
    {
        "author",
        "sender",
        "from",
        "role",
        "participant",
        "member",
        "direction",
        "originator",
        "agent",
        "nickname",
        "user",
    }
    | {"identity", "speaker", "label", "party", "origin", "operator"}
)

# Who is there
AGENT = frozenset({"agent", "operator", "advisor", "adviser", "representative", "consultant", "worker", "human", "rep"})
CUSTOMER = frozenset({"user", "customer", "visitor", "guest", "consumer", "client", "person", "member", "identity"})
QUEUE = frozenset({"queue", "skill", "department", "routing", "route", "routed", "waiting"})
PRESENCE = frozenset({"typing", "joined", "join", "left", "alerting", "online", "composing", "presence", "accepted"})
HANDOVER = frozenset(
    {"transfer", "transferred", "handoff", "handover", "escalate", "escalation", "escalated", "takeover"}
)
MACHINE = frozenset(
    {"bot", "chatbot", "llm", "prompt", "completion", "temperature", "intent", "gpt", "assistant", "ai"}
) | {
    "model",
    "inference",
    "embedding",
}
"""What answers instead of people."""
PEOPLE = frozenset({"human", "operator", "advisor", "adviser", "representative", "consultant", "staff", "person"})
"""Who cannot be a machine."""
OTHER_SIDE = frozenset({"customer", "visitor", "guest", "consumer", "patron", "human"})
"""Whom a desk serves, by words that machines and colleagues do not go by."""
SLOW = frozenset(
    {"subject", "inbox", "mailbox", "cc", "bcc", "sla", "due", "snooze", "note", "comment", "reopen", "assignee"}
)
"""Signs of an exchange by letter, of which hours may pass between two."""

# What is done
START = frozenset({"start", "create", "begin", "open", "new", "request", "initiate", "engage", "launch", "init", "add"})
SEND = frozenset({"send", "post", "say", "reply", "add", "create", "relay", "write", "submit", "append", "new"})
END = frozenset(
    {"end", "close", "conclude", "finish", "terminate", "disconnect", "leave", "quit", "stop", "exit", "hangup"}
    | {"complete", "wrapup", "closed", "ended", "deactivate"}
)
REMOVE = frozenset({"delete", "remove", "kick"})
ENDED = frozenset(
    {"closed", "ended", "disconnected", "inactive", "completed", "concluded", "finished", "terminated", "done", "close"}
    | {"disconnect", "end", "complete", "resolved"}
)
"""Values of a state that mean the end."""
TYPING = frozenset({"typing", "composing", "istyping", "keystroke", "responding", "typingindicator"})
READ = frozenset({"read", "seen", "receipt", "horizon", "readreceipt", "lastread", "consumed", "markasread"})
READ_FIELD = frozenset({"read", "seen", "consumed", "lastread", "viewed"})
POSITION = frozenset(
    {"last", "index", "timestamp", "up", "until", "horizon", "at", "position", "marker", "seq", "sequence"}
)
OTHER_WORK = frozenset(
    {
        "search",
        "list",
        "query",
        "find",
        "import",
        "export",
        "bulk",
        "batch",
        "archive",
        "report",
        "analytic",
        "template",
    }
    | {"broadcast", "campaign", "schedule", "scheduled", "preview", "rate", "rating", "survey", "feedback", "tag"}
)
"""What an operation does when it is none of the guide's functions."""

# How events come
SOCKET = frozenset({"websocket", "socket", "ws", "wss", "stream", "streaming", "realtime", "sse", "eventsource"})
ADDRESS = frozenset({"uri", "url", "address", "endpoint", "href", "link"})
WAITING = frozenset({"timeout", "wait", "waitsecond", "longpoll", "block", "polltimeout", "waittime", "hold"})
CURSOR = frozenset(
    {"after", "since", "cursor", "from", "ack", "last", "marker", "watermark", "start", "index", "next", "offset"}
    | {"position", "token", "before", "seq", "page"}
)
HOOK = frozenset({"webhook", "hook", "subscription", "callback", "notification", "subscribe"})
READING = frozenset({"get", "poll", "fetch", "receive", "read", "list", "pull", "stream", "listen"})
HAPPENING = frozenset({"event", "update", "notification", "poll"})
AGENT_EVENT = frozenset({"joined", "join", "left", "leave", "typing", "transferred", "ended", "closed", "connected"})

# What is known of the user's side
STATE_FIELD = frozenset({"session", "user", "locale", "language", "sessionid", "userid", "lang"})
FREE_DATA = frozenset(
    {"attribute", "context", "metadata", "variable", "customfield", "customdata", "custom", "property"}
)
STATE_NOUN = frozenset({"state", "profile", "locale", "session", "user"}) | FREE_DATA

# Whether somebody is there
AVAILABILITY = frozenset(
    {"availability", "available", "online", "presence", "wait", "waittime", "estimatedwaittime", "statistic", "status"}
    | {"capacity", "observation", "metric", "hour", "activity", "realtimestatistic", "stat", "readiness"}
)
COUNT = frozenset({"count", "number", "total", "num", "size"})
PLACES = frozenset({"queue", "skill", "department", "routing", "desk", "group", "team"}) | AGENT | TALK
STATUS_FIELD = frozenset({"status", "state", "presence", "available", "availability", "online", "activity"})

# Other trades
TRADES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = MappingProxyType(
    {
        "tickets": (
            frozenset({"ticket", "issue", "incident", "case", "bug", "problem", "todo"}),
            frozenset(
                {"priority", "severity", "assignee", "due", "sla", "resolution", "requester", "impact", "urgency"}
            ),
        ),
        "mail": (
            frozenset({"mail", "email", "mailbox", "inbox", "draft", "newsletter", "folder"}),
            frozenset({"subject", "cc", "bcc", "mailbox", "snippet", "folder", "spam", "inbox", "mime", "mailboxid"}),
        ),
        "telephone calls": (
            frozenset({"call", "recording", "voicemail", "dial", "meeting", "telephony"}),
            frozenset({"recording", "duration", "audio", "transcript", "caller", "callee", "dialed", "voicemail"}),
        ),
        "text messages by telephone": (
            frozenset({"sms", "mms", "shortcode", "phonenumber", "rcs"}),
            frozenset({"sms", "mms", "carrier", "segment", "msisdn", "shortcode", "phone"}),
        ),
        "a forum": (
            frozenset({"forum", "topic", "board", "question", "answer", "blog", "article", "comment"}),
            frozenset({"vote", "upvote", "like", "board", "pinned", "reputation", "downvote", "follower", "forum"}),
        ),
        "orders": (
            frozenset({"order", "pet", "cart", "product", "store", "inventory", "shipment", "invoice", "payment"}),
            frozenset({"price", "sku", "quantity", "shipping", "currency", "cart"}),
        ),
        "signing in": (
            frozenset({"login", "logout", "oauth", "signin", "auth", "password"}),
            frozenset({"password", "username", "otp", "mfa"}),
        ),
        "bots and language models": (
            frozenset({"bot", "assistant", "completion", "chatbot", "llm", "model", "ai"}),
            frozenset({"prompt", "temperature", "model", "completion", "llm", "intent", "nlu", "embedding"}),
        ),
    }
)
"""Trades in which things are called as in a chat: the words of their paths, and those of their fields."""
