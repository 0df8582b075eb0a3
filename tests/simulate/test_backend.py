"""Where and on how many cores the engine computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from allodyne.simulate.backend import cache_folder, cores


def test_the_number_of_cores_can_be_lowered_but_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLODYNE_CORES", raising=False)
    available = cores()
    monkeypatch.setenv("ALLODYNE_CORES", "1")
    assert cores() == 1
    monkeypatch.setenv("ALLODYNE_CORES", "0")
    assert cores() == 1
    monkeypatch.setenv("ALLODYNE_CORES", str(available + 7))
    assert cores() == available


def test_the_cache_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLODYNE_CACHE", str(tmp_path))
    assert tmp_path in cache_folder().parents or cache_folder() == tmp_path
