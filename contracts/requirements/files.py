"""FIL: files of the user, at the adapter. Binding where it offers files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import zip_longest

from contracts.readings_files import (
    SentFile,
    announced,
    problem,
    same_name,
    selections,
    sent_files,
    statuses,
    stored_files,
    tells_digests,
)
from contracts.readings_requests import requests
from contracts.readings_wire import due, faults, undisturbed
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Trace
from contracts.views import Call, Chat, chats

SEND = (Guide.SEND_MESSAGE_TO_AGENT,)
UPLOAD_RULES = ("allow_file_uploads", "allowed_file_upload_types")


@requirement("FIL-01", level=Level.MAY, subject=Subject.ADAPTER, needs=("files",))
def selection_sends_nothing(trace: Trace) -> Judgements:
    """Choosing files sends nothing, and a file that cannot be sent is refused at once, with a message.

    What: files_selected_for_upload returns, and the desk receives none of the chosen files until they are sent with a
    message. A chosen file that is too large or of a type that was not announced gets an error status with a message for
    the user before the host's next call; one that may be sent gets none.
    Why: The user may still take a file back, or write a text to it; what is uploaded before that is somebody's private
    document at a desk. And who learns of a wrong type only after pressing "send" has lost the message, too.
    Seen: A fact of the host: the function validates, may be called repeatedly, and nothing is uploaded in it.
    """
    for chat in chats(trace):
        for call in selections(chat):
            yield judged(call.ok, call.index, "files_selected_for_upload returns", call.error or "it did not", chat.key)
            for file in call.data["files"]:
                yield _validated(chat, call, file)
        if selections(chat):
            yield from _nothing_uploaded(chat)


def _validated(chat: Chat, call: Call, file: dict[str, str]) -> Judgement:
    why = problem(chat, file, call.index)
    errors = [one for one in statuses(chat, file["id"]) if one.data.get("is_error") and one.index < _until(chat, call)]
    quoted = repr(file["name"])
    if why is None:
        more = f"it was refused: {errors[0].data.get('error_message')!r}" if errors else ""
        expected = f"the chosen file {quoted}, which may be sent, gets no error status"
        return judged(
            not errors or _sent_before(chat, file["id"], errors[0].index), call.index, expected, more, chat.key
        )
    expected = f"the chosen file {quoted} gets an error status with a message at once, as {why}"
    told = [str(one.data.get("error_message") or "").strip() for one in errors]
    actual = "its error status has no message" if told else "it got none"
    return judged(any(told), call.index, expected, actual, chat.key)


def _until(chat: Chat, call: Call) -> int:
    """Where the host calls next: until then a status counts as "at once"."""
    later = [one.index for one in chat.calls() if one.index > call.index]
    return min(later, default=len(chat.trace))


def _sent_before(chat: Chat, file_id: str, index: int) -> bool:
    return any(one.file["id"] == file_id and one.call.index < index for one in sent_files(chat))


def _nothing_uploaded(chat: Chat) -> Judgements:
    chosen = [file for call in selections(chat) for file in call.data["files"]]
    sent = list(sent_files(chat))
    stored = [file for file in stored_files(chat) if not any(one.is_same(file) for one in sent)]
    early = [file for file in chosen if any(file["sha256"] == one["sha256"] for one in stored)]
    expected = "no file is at the desk that was chosen and not sent"
    more = f"{early[0]['name']!r} is" if early else ""
    yield judged(not early, selections(chat)[0].index, expected, more, chat.key)
    uploads = None if chat.truth is None else requests(chat.trace, "uploadFile", conversation_id=chat.truth["id"])
    if not sent and uploads is not None:
        actual = f"the desk received {len(uploads)}"
        yield judged(not uploads, selections(chat)[0].index, "choosing files uploads nothing", actual, chat.key)


@requirement("FIL-02", level=Level.MAY, subject=Subject.ADAPTER, needs=("files",))
def each_file_has_one_final_status(trace: Trace) -> Judgements:
    """Each file that was sent ends in exactly one final status, and it is the truth.

    What: For each file of a message the host is told once, by the end of the chat at the latest, that it arrived or
    that it failed; "arrived" only where the desk has it and did not reject it. Where the page went away meanwhile, and
    with it what the user saw of the file, it need not be told.
    Why: Without a status the widget shows a file as being uploaded for ever; with two the second contradicts the first.
    Seen: A fact of the host; kin of B41, where a status was told without looking at the answer.
    """
    for chat in chats(trace):
        if not chat.ends:
            continue
        for one in sent_files(chat):
            if not one.statuses and any(gone.index > one.call.index for gone in chat.suite("unload")):
                continue
            told = [entry.data.get("is_error") for entry in one.statuses]
            actual = f"it got {len(told)}" + (f": {', '.join('error' if error else 'arrived' for error in told)}")
            expected = f"the file {one.name!r}, which was sent, gets one final status"
            yield judged(len(told) == 1, one.call.index, expected, actual, chat.key)
            if one.arrived:
                yield _really_arrived(chat, one)


def _really_arrived(chat: Chat, one: SentFile) -> Judgement:
    found = [file for file in stored_files(chat) if one.is_same(file) or same_name(file["name"], one.name)]
    expected = f"the file {one.name!r}, of which the host was told that it arrived, is at the desk and not rejected"
    if not tells_digests(chat):
        return judged(True, one.call.index, expected, "", chat.key)
    actual = f"it is {', '.join(str(file['state']) for file in found)}" if found else "the desk does not have it"
    good = any(file["state"] != "rejected" for file in found)
    return judged(good, one.statuses[0].index, expected, actual, chat.key)


@requirement("FIL-04", level=Level.MAY, subject=Subject.ADAPTER, guide=SEND, needs=("files",))
def files_and_texts_keep_their_order(trace: Trace) -> Judgements:
    """Files without a text are sent, and texts and files keep their order.

    What: A message with files and an empty text reaches the desk. What the user sent one after the other, texts and
    files, is in the desk's conversation in that order.
    Why: "This one", written after the second picture, means another picture when the order is lost. And the host hands
    over an empty text whenever the user sends a file without a word.
    Seen: A fact of the host: the text may be empty when there are files.
    """
    for chat in chats(trace):
        if chat.truth is None or not tells_digests(chat):
            continue
        sent = [call for call in chat.calls("send_message_to_agent") if _calm(chat, call)]
        for call in sent:
            if call.data.get("files") and not call.data.get("text"):
                yield _without_text(chat, call)
        if any(call.data.get("files") for call in sent):
            yield _in_order(chat, [call for call in sent if call.ok])


def _calm(chat: Chat, call: Call) -> bool:
    """Tell whether nothing spoke against a send: no fault, no end meanwhile, every file allowed and none rejected."""
    rejected = {file["sha256"] for file in stored_files(chat) if file["state"] == "rejected"}
    files = call.data.get("files", [])
    allowed = not any(problem(chat, file, call.index) or file.get("sha256") in rejected for file in files)
    ended = chat.ended_at is not None and call.settled_at is not None and call.settled_at > chat.ended_at
    return undisturbed(chat.trace, call) and allowed and not ended


def _without_text(chat: Chat, call: Call) -> Judgement:
    names = [str(file["name"]) for file in call.data["files"]]
    shown = [name for item in _items(chat) for name in item if name in names]
    expected = f"a message with files and no text is sent: {', '.join(map(repr, names))}"
    actual = call.error or (
        "the call resolved, and no message of the user names them" if call.ok else "it never settled"
    )
    return judged(call.ok and set(names) <= set(shown), call.index, expected, actual, chat.key)


def _items(chat: Chat) -> list[list[str]]:
    """Return what each message of the user shows: its text, and the names of its files."""
    names = {str(file["id"]): str(file["name"]) for file in stored_files(chat)}
    return [
        [text for text in (str(message.get("text") or ""),) if text]
        + [names[file_id] for file_id in message.get("file_ids") or [] if file_id in names]
        for message in chat.user_messages
    ]


def _in_order(chat: Chat, sent: list[Call]) -> Judgement:
    shown = [(item, place) for place, message in enumerate(_items(chat)) for item in message]
    times = Counter(item for item, _ in shown)
    places = {item: place for item, place in shown if times[item] == 1}  # what stands twice has no place of its own
    last, before = -1, ""
    for call in sent:
        items = [str(call.data.get("text") or ""), *(str(file["name"]) for file in call.data.get("files", []))]
        found = [(places[item], item) for item in items if item in places]
        if found and min(found)[0] < last:
            expected = f"{min(found)[1]!r}, sent after {before!r}, stands after it at the desk"
            return broken(call.index, expected, "it stands before it", chat.key)
        if found:
            last, before = max(found)
    return judged(True, sent[0].index if sent else chat.start.index, "", "", chat.key)


@requirement("FIL-06", level=Level.MAY, subject=Subject.ADAPTER, needs=("files",))
def capabilities_are_announced(trace: Trace) -> Judgements:
    """What the user may upload is announced while it can be used, and withdrawn at the end.

    What: Where the desk takes files, the host is told so before the first message of an agent is shown; where it
    does not, the host is not told so. What the desk changes during the chat is told. When the chat has ended, the last
    word is that files cannot be uploaded, and nothing after the end says otherwise.
    Why: Without the announcement the widget shows no button. The host takes updateCapabilities also when no chat runs:
    a button that stays after the end offers to send files to nobody.
    Seen: A fact of the host: updateCapabilities is not guarded, a late one takes effect.
    """
    for chat in chats(trace):
        if chat.start.ok:
            yield from _announced(chat)
            yield from _changes_told(chat)
            yield from _withdrawn(chat)


def _announced(chat: Chat) -> Judgements:
    settings = chat.trace.about.get("settings") or {}
    offered = (settings.get("capabilities") or {}).get("files", True)
    first = min((mark.index for mark in chat.delivered if not mark.data.get("late")), default=None)
    if faults(chat.trace) or first is None or any(event for event in chat.events_of("capabilities.updated")):
        return
    if offered:
        known = announced(chat, chat.start.index).get("allow_file_uploads") is True
        told = [entry for entry in _capabilities(chat) if entry.data["capabilities"].get("allow_file_uploads")]
        good = known or any(entry.index < first for entry in told)
        yield judged(good, first, "the host is told that files can be sent", "it was not told by then", chat.key)
    else:
        wrong = [entry for entry in _capabilities(chat) if entry.data["capabilities"].get("allow_file_uploads")]
        expected = "the host is not told that files can be sent, as the desk takes none"
        yield judged(not wrong, chat.start.index, expected, "it was told so", chat.key)


def _capabilities(chat: Chat) -> list[Entry]:
    return chat.callbacks("update_capabilities")


def _changes_told(chat: Chat) -> Judgements:
    changes = chat.events_of("capabilities.updated")
    for event, following in zip_longest(changes, changes[1:]):
        mark = due(chat, event["seq"])
        if mark is not None and (following is None or due(chat, following["seq"]) != mark):
            told = announced(chat, mark)
            wanted = {name: event["data"].get(name) or None for name in UPLOAD_RULES}
            known = {name: told.get(name) or None for name in UPLOAD_RULES}
            expected = f"the host knows what the desk has changed: {_words(wanted)}"
            yield judged(_words(known) == _words(wanted), mark, expected, f"it knows: {_words(known)}", chat.key)


def _words(rules: Mapping[str, object]) -> str:
    if not rules["allow_file_uploads"]:
        return "no files"
    kinds = sorted(kind.strip() for kind in str(rules["allowed_file_upload_types"] or "any type").split(","))
    return f"files of {', '.join(kinds)}"


def _withdrawn(chat: Chat) -> Judgements:
    told = [(entry, entry.data["capabilities"].get("allow_file_uploads")) for entry in _capabilities(chat)]
    gone = max((entry.index for entry in chat.suite("unload")), default=-1)  # what a page was told went with it
    known = [(entry, allowed) for entry, allowed in told if allowed is not None and entry.index > gone]
    if chat.ended_at is None or not any(allowed for _, allowed in known):
        return
    entry, allowed = known[-1]
    late = " after the end" if entry.index > chat.ended_at else ""
    expected = "after the end the host's last word is that files cannot be sent"
    yield judged(not allowed, entry.index, expected, f"the last word{late} is that they can", chat.key)
