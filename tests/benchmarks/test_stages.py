"""Stages of an update, from what py-spy writes."""

from __future__ import annotations

import pytest

from benchmarks.stages import REST, count, render, stage_of


@pytest.mark.parametrize(
    ("stack", "stage"),
    [
        (
            "run (/x/waitress/server.py:1);dispatch (/x/flask/app.py:2)",
            "Flask: routing, contexts, responses",
        ),
        ("work (/r/anzol/queue/workers.py:1);put (queue.py:3)", "the queue: lanes, workers"),
        ("a (/r/anzol/queue/sqlite.py:1)", "the queue: SQL and commits"),
        ("a (/r/anzol/server/x.py:1);b (/r/benchmarks/handlers/echo.py:2)", "the handler"),
        ("main (runpy.py:1)", REST),
    ],
)
def test_a_look_counts_for_the_innermost_frame_that_has_a_stage(stack, stage):
    assert stage_of(stack) == stage


def test_the_table_shares_the_time_among_the_stages():
    looks = count(
        [
            "a (/r/anzol/bot/run.py:1) 3",
            "a (/r/anzol/bot/run.py:1);b (json.py:2) 3",
            "c (x.py:1) 2",
            "",
        ]
    )
    assert render(800, looks).splitlines()[2:] == [
        "| router, context, replies | 600 | 75 % |",
        f"| {REST} | 200 | 25 % |",
        "| **in all** | 800 | 100 % |",
    ]
