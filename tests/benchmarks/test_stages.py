"""Stages of an update, from what the profilers found."""

from __future__ import annotations

import pytest

from benchmarks.stages import REST, add_up, render, stage_of

RUN = ("/r/anzol/bot/run.py", 1, "run")
PUT = ("/r/anzol/queue/workers.py", 1, "put")
ENCODE = ("/lib/json/encoder.py", 1, "encode")
JOIN = ("~", 0, "<method 'join' of 'str' objects>")
START = ("/lib/threading.py", 1, "run")


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("/x/site-packages/flask/app.py", "Flask: routing, contexts, responses"),
        ("/r/anzol/queue/workers.py", "the queue: lanes, writer, workers"),
        ("/r/anzol/queue/sqlite.py", "the queue: SQL, commits"),
        ("C:\\r\\anzol\\bot\\run.py", "router, context, replies"),
        ("/r/benchmarks/handlers/echo.py", "the handler"),
        ("/lib/json/encoder.py", None),
    ],
)
def test_a_function_belongs_to_the_stage_of_its_path(path, stage):
    assert stage_of((path, 1, "name")) == stage


def test_the_standard_librarys_time_is_that_of_the_stages_which_called_it():
    stats = {
        RUN: (1, 1, 2.0, 6.0, {START: (1, 1, 2.0, 6.0)}),
        PUT: (1, 1, 1.0, 2.0, {START: (1, 1, 1.0, 2.0)}),
        ENCODE: (4, 4, 2.0, 4.0, {RUN: (3, 3, 1.5, 3.0), PUT: (1, 1, 0.5, 1.0)}),
        JOIN: (4, 4, 2.0, 2.0, {ENCODE: (4, 4, 2.0, 2.0)}),
        START: (2, 2, 0.5, 8.5, {}),
    }
    assert add_up(stats) == {
        "router, context, replies": 2.0 + 1.5 + 1.5,
        "the queue: lanes, writer, workers": 1.0 + 0.5 + 0.5,
        REST: 0.5,
    }


def test_functions_of_the_library_that_call_each_other_end():
    stats = {
        ENCODE: (1, 1, 1.0, 2.0, {JOIN: (1, 1, 1.0, 2.0)}),
        JOIN: (1, 1, 1.0, 2.0, {ENCODE: (1, 1, 1.0, 2.0)}),
    }
    assert add_up(stats) == {REST: 2.0}


def test_the_table_shares_the_time_among_the_stages():
    after = add_up({RUN: (1, 1, 3.0, 3.0, {}), START: (1, 1, 1.0, 4.0, {})})
    table = render(before=(900, {"the handler": 1.0}), after=(800, after))
    assert table.splitlines() == [
        "| stage | before, µs an update | after, µs an update |",
        "| --- | --- | --- |",
        "| router, context, replies | 0 | 600 |",
        f"| {REST} | 0 | 200 |",
        "| the handler | 900 | 0 |",
        "| **in all** | 900 | 800 |",
    ]
