"""Child process: the reference, SciPy LSODA at rtol 1e-10, shape (arms, days, species, subjects), kept on disk."""

from __future__ import annotations

import hashlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from allodyne.network.signal import ROUNDING
from benchmarks.measure import stay_on
from benchmarks.scipy_lsoda import ScipyLsoda
from benchmarks.study import ARMS, CHECKED, LESION_RATE, FloatArray, Study

TIGHT = 1e-10


def digest() -> str:
    """Name of the reference: another network, study or population has another one."""
    study = Study()
    population = study.subjects(CHECKED)
    said = hashlib.sha256(
        f"{TIGHT} {ROUNDING} {LESION_RATE} {study.structure.species} {study.structure.edges}".encode()
    )
    for array in (study.structure.tonic, population.turnover, population.gains, study.outputs):
        said.update(np.ascontiguousarray(array).tobytes())
    for arm in ARMS:
        said.update("".join(f"{one.start} {one.end} {one.oxygen};" for one in study.pieces(arm)).encode())
    return said.hexdigest()[:16]


def solved(job: tuple[str, int]) -> FloatArray:
    """One subject in one arm, shape (days, species)."""
    arm, subject = job
    return ScipyLsoda().solve([subject], arm, TIGHT)[..., 0]


def main(cores: int, about: dict[str, Any]) -> None:
    """Solve the checked subjects unless they are on disk already, and say where they are."""
    stay_on(cores)
    folder = Path(about["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"reference_{digest()}.npy"
    if not place.exists():
        jobs = [(arm, subject) for arm in ARMS for subject in range(CHECKED)]
        with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
            found = np.array(list(pool.map(solved, jobs)))
        written = place.with_suffix(".part.npy")
        np.save(written, np.moveaxis(found.reshape(len(ARMS), CHECKED, *found.shape[1:]), 1, -1))
        written.replace(place)
    print(json.dumps({"rtol": TIGHT, "subjects": CHECKED, "place": str(place)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
