"""The mock desk on the network: the only place with Flask, sockets, threads and the machine's time.

Start reading at ``running.py`` (the whole server), then ``app.py`` (a request's way in), ``host.py`` (one desk and its
lock) and ``delivery.py`` (how events go out).
"""
