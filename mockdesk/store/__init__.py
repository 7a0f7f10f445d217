"""The durable store: a desk's values in an SQLite file, and conversations as JSON lines.

What a desk is as values stands in ``mockdesk.core.saved``. Start reading at ``file.py`` (which files are taken) and
``rows.py`` (what is in them); ``exchange.py`` is export and import. Threads and desks are the server's
(``mockdesk.server.durable``).
"""
