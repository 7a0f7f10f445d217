"""The HTTP side of the foreign desk: its server, and the routes of visitors, feeds and the agents' console."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, jsonify, request
from flask_sock import ConnectionClosed, Server, Sock
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from tests.mapping.foreign_desk import CONSOLE_KEY, THREADS, Engagement, ForeignDesk, Refused


class _Silent(WSGIRequestHandler):
    """Writes no log."""

    def log(self, *_: Any) -> None:
        """Write nothing."""


class _Served(ThreadedWSGIServer):
    """A server whose threads have a name, so that they are not taken for somebody else's."""

    daemon_threads = True

    def process_request(self, sock: Any, client_address: Any) -> None:
        """Serve one connection in a thread of its own."""
        arguments = (sock, client_address)
        threading.Thread(
            target=self.process_request_thread, args=arguments, name=f"{THREADS}-request", daemon=True
        ).start()


@contextmanager
def served(desk: ForeignDesk) -> Iterator[str]:
    """Serve a desk on a free port; yields its address."""
    server = _Served("127.0.0.1", 0, make_app(desk), _Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name=f"{THREADS}-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        with desk.changed:
            for number in desk.engagements:
                desk.cuts[number] = desk.cuts.get(number, 0) + 1
            desk.changed.notify_all()
        server.shutdown()
        thread.join()
        server.server_close()


def fault(status: int, reason: str) -> tuple[Response, int]:
    """Return how the desk refuses."""
    return jsonify({"fault": {"reason": reason}}), status


def make_app(desk: ForeignDesk) -> Flask:
    """Return the desk's API as an application."""
    app = Flask("foreign-desk")
    app.config["SOCK_SERVER_OPTIONS"] = {"thread_class": _named_thread}
    sock = Sock(app)
    _visitors(app, desk)
    _feeds(app, sock, desk)
    _console(app, desk)
    return app


def _named_thread(*args: Any, **kwargs: Any) -> threading.Thread:
    return threading.Thread(*args, **{**kwargs, "name": f"{THREADS}-socket", "daemon": True})


def _mine(desk: ForeignDesk, number: str, key: str | None, check: bool = True) -> Engagement:
    """Return the engagement if the key is its own."""
    engagement = desk.engagements.get(int(number)) if number.isdigit() else None
    if engagement is None:
        raise Refused(404, "no such engagement")
    if check and key != engagement.key and "takes any key" not in desk.defects:
        raise Refused(403, "this key opens nothing here")
    return engagement


def _visitors(app: Flask, desk: ForeignDesk) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Any:
        return fault(*error.answer)

    def mine(number: str, check: bool = True) -> Engagement:
        return _mine(desk, number, request.headers.get("X-Chat-Key"), check)

    @app.post("/api/engagements")
    def begin() -> Any:
        asked = request.get_json(silent=True)
        visitor = asked.get("visitor") if isinstance(asked, dict) else None
        if not isinstance(visitor, dict) or not isinstance(visitor.get("ref"), str):
            return fault(400, "a visitor with a ref is needed")
        made = desk.begin(visitor["ref"])
        access = {"chat_key": made.key}
        return jsonify({"engagement": {"number": made.number, "phase": made.phase, "access": access}}), 201

    @app.post("/api/engagements/<number>/entries")
    def write(number: str) -> Any:
        engagement = mine(number)
        asked = request.get_json(silent=True)
        entry = asked.get("entry") if isinstance(asked, dict) else None
        content = (entry.get("body") or {}).get("content") if isinstance(entry, dict) else None
        if not isinstance(content, str) or not content:
            return fault(400, "an entry with content is needed")
        if "falls over odd letters" in desk.defects:
            content.encode("latin-1")
        if engagement.phase == "closed":
            if "accepts and drops texts after the end" in desk.defects:
                return jsonify({"entry": {"no": desk.number(), "ref": "e-0"}}), 202
            return fault(409, "the engagement is closed")
        made = desk.say(engagement, "visitor", engagement.visitor, content, entry.get("client_ref"))
        return jsonify({"entry": {"no": made["no"], "ref": made["ref"]}}), 202

    @app.put("/api/engagements/<number>")
    def change(number: str) -> Any:
        engagement = mine(number)
        if request.form.get("state") != "closed":
            return fault(400, "state can only become closed")
        desk.close(engagement, "visitor", engagement.visitor)
        return jsonify({"engagement": {"number": engagement.number, "phase": "closed"}})

    @app.put("/api/engagements/<number>/activity")
    def activity(number: str) -> Any:
        engagement = mine(number)
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or not isinstance(asked.get("composing"), bool):
            return fault(400, "composing is true or false")
        if engagement.phase == "open" and asked["composing"]:
            desk.add(engagement, "composing", "visitor", engagement.visitor)
        return "", 204

    @app.get("/api/engagements/<number>/log")
    def log(number: str) -> Any:
        engagement = mine(number, check="does not check the key of the log" not in desk.defects)
        return jsonify({"log": [one for one in engagement.entries if one["kind"] == "text"]})

    @app.get("/api/lobby")
    def lobby() -> Any:
        return jsonify({"lobby": {"staff": [{"label": "Ada"}, {"label": "Grace"}]}})


def _mark() -> int:
    mark = request.args.get("mark", "0")
    if not mark.isdigit():
        raise Refused(400, "a mark is a number")
    return int(mark)


def _feeds(app: Flask, sock: Sock, desk: ForeignDesk) -> None:
    @app.get("/api/engagements/<number>/feed")
    def feed(number: str) -> Any:
        engagement, mark = _mine(desk, number, request.headers.get("X-Chat-Key")), _mark()
        hold = request.args.get("hold", "0")
        until = time.monotonic() + min(float(hold) if hold.replace(".", "", 1).isdigit() else 0.0, 20.0)
        with desk.changed:
            found = _held(desk, engagement, mark, until)
        if engagement.number in desk.outage:
            return fault(503, "come back later")
        if found:
            return jsonify({"feed": {"mark": str(max(one["no"] for one in found)), "entries": found}})
        return fault(410, "closed, and all was told") if engagement.phase == "closed" else ("", 304)

    @sock.route("/api/engagements/<number>/live")
    def live(ws: Server, number: str) -> None:
        engagement = _mine(desk, number, request.headers.get("X-Chat-Key"))
        if engagement.number in desk.outage:
            raise Refused(503, "come back later")
        _stream(desk, engagement, ws, _mark())

    @app.before_request
    def guard() -> Any:
        """Refuse a handshake before it is answered."""
        if request.path.endswith("/live"):
            engagement = _mine(desk, request.path.split("/")[3], request.headers.get("X-Chat-Key"))
            if engagement.number in desk.outage:
                return fault(503, "come back later")
        return None


def _held(desk: ForeignDesk, engagement: Engagement, mark: int, until: float) -> list[dict[str, Any]]:
    """Wait until there is something after the mark, the time is over, or the poll is cut."""
    cut = desk.cuts.get(engagement.number, 0)
    desk.open[engagement.number] = desk.open.get(engagement.number, 0) + 1
    try:
        while True:
            found = desk.after(engagement, mark)
            left = until - time.monotonic()
            over = engagement.phase == "closed" or left <= 0 or desk.cuts.get(engagement.number, 0) != cut
            if found or over or engagement.number in desk.outage:
                return found
            desk.changed.wait(left)
    finally:
        desk.open[engagement.number] -= 1


def _stream(desk: ForeignDesk, engagement: Engagement, ws: Server, mark: int) -> None:
    """Write batches until the engagement is closed and all was told."""
    cut = desk.cuts.get(engagement.number, 0)
    desk.open[engagement.number] = desk.open.get(engagement.number, 0) + 1
    resumed = mark > 0
    try:
        ws.send('{"tick": 0}')
        while desk.cuts.get(engagement.number, 0) == cut:
            with desk.changed:
                found, resumed = desk.after(engagement, mark, resumed=resumed), False
                closed = engagement.phase == "closed"
                if not found and not closed:
                    desk.changed.wait(0.2)
            if found:
                mark = max(mark, *(one["no"] for one in found))
                ws.send(json.dumps({"batch": found, "mark": str(mark)}))
            elif closed:
                ws.close(4000, "closed")
                return
            elif ws.receive(timeout=0) is not None:
                continue
        ws.close(1012, "cut")
    except ConnectionClosed:
        return
    finally:
        desk.open[engagement.number] -= 1


def _console(app: Flask, desk: ForeignDesk) -> None:
    def guard() -> None:
        if request.headers.get("X-Console") != CONSOLE_KEY:
            raise Refused(403, "staff only")

    def opened(number: str) -> Engagement:
        guard()
        return _mine(desk, number, None, check=False)

    @app.get("/console/engagements")
    def everything() -> Any:
        guard()
        found = [{"number": one.number, "visitor": one.visitor} for one in desk.engagements.values()]
        return jsonify({"engagements": found})

    @app.get("/console/engagements/<number>")
    def staff_read(number: str) -> Any:
        engagement = opened(number)
        shown = [each for each in engagement.entries if desk.announces or each["kind"] not in ("arrived", "departed")]
        return jsonify({"number": engagement.number, "phase": engagement.phase, "entries": shown})

    def live(number: str) -> Engagement:
        engagement = opened(number)
        if engagement.phase == "closed":
            raise Refused(409, "closed")
        return engagement

    @app.put("/console/engagements/<number>/staff/<label>")
    def arrive(number: str, label: str) -> Any:
        engagement = live(number)
        if label not in engagement.staff:
            engagement.staff.append(label)
            desk.add(engagement, "arrived", "staff", label)
        return "", 204

    @app.delete("/console/engagements/<number>/staff/<label>")
    def depart(number: str, label: str) -> Any:
        engagement = live(number)
        if label not in engagement.staff:
            raise Refused(409, "not there")
        engagement.staff.remove(label)
        desk.add(engagement, "departed", "staff", label)
        return "", 204

    @app.post("/console/engagements/<number>/entries")
    def staff_write(number: str) -> Any:
        engagement, asked = live(number), request.get_json()
        if asked.get("as") not in engagement.staff or not asked.get("content"):
            raise Refused(409, "nobody, or nothing said")
        desk.say(engagement, "staff", asked["as"], asked["content"], None)
        return "", 204

    @app.post("/console/engagements/<number>/composing")
    def compose(number: str) -> Any:
        desk.add(live(number), "composing", "staff", request.get_json()["as"])
        return "", 204

    @app.post("/console/engagements/<number>/close")
    def staff_close(number: str) -> Any:
        desk.close(live(number), "staff", request.get_json()["as"])
        return "", 204
