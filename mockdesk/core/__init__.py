"""The desk itself, pure.

The one rule: nothing in here knows the world. Standard library only; no sockets, threads, files, wall clock or global
state. A :class:`mockdesk.core.desk.Desk` is given its settings and its clock, everything belongs to it, and whoever
owns it calls it from one thread at a time. Start reading at ``table.py`` (what may happen when), then ``desk.py``.
"""
