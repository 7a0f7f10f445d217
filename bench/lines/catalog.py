"""Every line, in the order of the report."""

from __future__ import annotations

from bench.lines import (
    cold_start,
    cost_growth,
    fan_out,
    handshakes,
    in_process,
    live_conversations,
    open_sockets,
    post_to_push,
    rest_create,
    suite_runs,
    virtual_time,
)

LINES = (
    cold_start.LINE,
    in_process.LINE,
    rest_create.LINE,
    post_to_push.LINE,
    fan_out.LINE,
    handshakes.LINE,
    open_sockets.LINE,
    live_conversations.LINE,
    cost_growth.LINE,
    virtual_time.LINE,
    suite_runs.LINE,
)
