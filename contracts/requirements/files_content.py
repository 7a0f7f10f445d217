"""FIL: what is in a file, at adapter and desk, and who may read it."""

from __future__ import annotations

from contracts.readings_exchanges import Exchange, exchanges
from contracts.readings_files import SentFile, same_name, same_type, sent_files, stored_files, tells_digests
from contracts.readings_wire import faults_during
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, judged, requirement
from contracts.trace import Entry, Side, Trace
from contracts.views import Chat, chats

SEND = (Guide.SEND_MESSAGE_TO_AGENT,)


@requirement("FIL-03", level=Level.MAY, subject=Subject.BOTH, guide=SEND, needs=("files",))
def files_arrive_unchanged(trace: Trace) -> Judgements:
    """Bytes, name and type of a file arrive unchanged; a name is data and no path.

    What: A file that arrived is at the desk with the bytes, the name and the content type that the user's file has, for
    binary content and for names that look like paths, devices or markup. A desk answers the same when the file is
    uploaded and when it is read back. Only the escapes that a form makes in a name may differ.
    Why: A contract with one byte changed cannot be opened. A name that is taken for a path writes where the user wants.
    Seen: rests on long experience with uploads; none of the published integrations sends files.
    """
    for chat in chats(trace):
        for one in sent_files(chat):
            if one.statuses and one.arrived and tells_digests(chat):
                yield _arrived_unchanged(chat, one)
    for entry in trace.of(Side.WIRE, "exchange"):
        if entry.data.get("operation") == "uploadFile" and _ok(entry):
            yield from _answered_unchanged(trace, entry)


def _arrived_unchanged(chat: Chat, one: SentFile) -> Judgement:
    expected = f"the file {one.name!r} is at the desk with its bytes, its name and {one.file['content_type']}"
    same = [file for file in stored_files(chat) if one.is_same(file)]
    if not same:
        named = [file for file in stored_files(chat) if same_name(str(file["name"]), one.name)]
        actual = f"its bytes differ: {named[0]['size']} of them" if named else "no file there has its bytes"
        return broken(one.call.index, expected, actual, chat.key)
    good = [
        f for f in same if same_name(f["name"], one.name) and same_type(f["content_type"], one.file["content_type"])
    ]
    actual = f"it is {same[0]['name']!r} of type {same[0]['content_type']}"
    return judged(bool(good), one.call.index, expected, actual, chat.key)


def _ok(entry: Entry) -> bool:
    return isinstance(entry.data.get("status"), int) and 200 <= entry.data["status"] < 300


def _answered_unchanged(trace: Trace, upload: Entry) -> Judgements:
    sent = next(iter((upload.data["request"].get("body") or {}).values()), None)
    body = upload.data.get("body")
    if not isinstance(sent, dict) or not isinstance(body, dict) or faults_during(trace, upload.index - 1, upload.index):
        return
    what = f"the file {sent['name']!r}"
    told = (str(body.get("name")), str(body.get("content_type")), body.get("size"))
    good = same_name(told[0], sent["name"]) and same_type(told[1], sent["content_type"]) and told[2] == sent["size"]
    expected = f"{what} is taken as {sent['content_type']} of {sent['size']} bytes"
    yield judged(good, upload.index, expected, f"it was taken as {told[0]!r}, {told[1]} of {told[2]} bytes")
    for got in trace.of(Side.WIRE, "exchange"):
        if got.data.get("operation") == "getFile" and _ok(got) and got.data["token"] == "own" and _reads(got, body):
            yield _read_back(got, what, sent)


def _reads(got: Entry, stored: dict[str, object]) -> bool:
    return str(got.data["request"]["path"]).endswith(f"/files/{stored.get('id')}")


def _read_back(got: Entry, what: str, sent: dict[str, str]) -> Judgement:
    body, kind = got.data.get("body"), str((got.data.get("headers") or {}).get("content-type", ""))
    same = isinstance(body, dict) and body.get("sha256") == sent["sha256"]
    actual = ("" if same else "its bytes differ; ") + f"its type is {kind}"
    good = same and same_type(kind, sent["content_type"])
    return judged(good, got.index, f"{what} is read back with its bytes, as {sent['content_type']}", actual)


@requirement("FIL-05", level=Level.MAY, subject=Subject.DESK, needs=("files",))
def files_are_not_for_others(trace: Trace) -> Judgements:
    """A file is read with its own conversation's valid token only.

    What: The address of a file answers 401, 403, 404 or 410 without a token, with an expired one, with that of another
    conversation, and under the path of another conversation; so does the address of a file that is not there.
    Why: Users send passports and contracts. An address that opens them for whoever knows it ends up in a log.
    Seen: rests on attachment addresses of vendors that are valid for everybody, for ever.
    """
    stored = {
        (one.conversation, str(one.body.get("id"))) for one in exchanges(trace, "uploadFile") if one.ok and one.answered
    }
    for one in exchanges(trace, "getFile"):
        file = (one.conversation, str(one.entry.data["request"]["path"]).rpartition("/")[2])
        if one.answered and (one.token != "own" or (stored and file not in stored)):
            yield _closed(one, of_another=one.token == "own")


def _closed(one: Exchange, *, of_another: bool) -> Judgement:
    where = "under the path of a conversation that does not have it" if of_another else f"({one})"
    expected = f"reading a file {where} is answered 401, 403, 404 or 410"
    return judged(one.status in (401, 403, 404, 410), one.index, expected, f"it was answered {one.status}")
