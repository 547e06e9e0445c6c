"""The model of docs/scaling.md: sizes follow from measured figures and Telegram's limits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from benchmarks import scaling
from benchmarks.scaling import Crowd, size

FIGURES = {
    "sqlite": {"cpu_us": 300.0, "updates_per_s": 3000.0},
    "postgresql": {
        "cpu_us": 400.0,
        "stored_bytes": 250.0,
        "quiet": {"wal_bytes": 2000.0},
        "full": {"wal_bytes": 1500.0},
    },
}


def test_few_users_need_one_of_everything():
    found = size(1000, FIGURES, Crowd())
    assert (found.cores, found.bots, found.connections) == (1, 1, 1)
    assert found.rate == pytest.approx(1000 * 5 * 5 / 86400)


def test_telegrams_limit_comes_before_the_first_core_is_full():
    crowd = Crowd()
    many = next(
        users for users in range(10_000, 10**7, 10_000) if size(users, FIGURES, crowd).bots > 1
    )
    assert size(many, FIGURES, crowd).cores == 1
    assert size(many, FIGURES, crowd).rate == pytest.approx(30 * crowd.part, rel=0.2)


def test_millions_take_cores_by_what_an_update_costs_with_postgresql():
    found = size(10**7, FIGURES, Crowd())
    assert found.cores == 2  # 2,894 a second of 400 µs, at 60 %
    assert found.wal == pytest.approx(found.rate * 1500)
    assert found.stored == pytest.approx(10**7 * 5 * 2 * 250)
    busier = size(10**7, FIGURES, replace(Crowd(), each=50.0))
    assert busier.cores == pytest.approx(20, abs=1)


def test_the_tables_and_the_plot_come_from_the_stored_figures(tmp_path):
    pytest.importorskip("matplotlib")
    figures = json.loads(scaling.FIGURES.read_text(encoding="utf-8"))
    assert f"{figures['sqlite']['updates_per_s']:,.0f}" in scaling.tables(figures)
    assert not any(figures[name]["lost"] for name in ("sqlite", "postgresql"))
    svg, png = scaling.draw(figures, tmp_path)
    assert "one core with SQLite" in svg.read_text(encoding="utf-8")
    assert png.stat().st_size > 5000


def test_what_is_no_command_is_told(capsys):
    assert scaling.main(["everything"]) == 2
    assert "python -m benchmarks.scaling measure" in capsys.readouterr().err
