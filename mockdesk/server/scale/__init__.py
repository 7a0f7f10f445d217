"""The scale tier: the same desks, operations and journal on one event loop (uvicorn), with no thread a connection.

Needs the extra ``scale``. Requests of the desk APIs, streams, long polls and server-sent events run on the loop and
never block it; the control API, the console and the pages are the Flask application of the embedded tier, in a few
threads.
"""
