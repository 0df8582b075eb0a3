"""Child process: ``allodyne run`` of a population that is streamed to disk; prints its time and memory as JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import reason, stay_on

STUDY = """\
study: A large population
subjects: {{species: rat, condition: snl, n: {subjects}, seed: 1}}
days: 84
arms:
  hbot:
    - hbot: {{pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 40, per_week: 5, start_day: 3}}
measure: [mechanical_threshold, thermal_latency, p_mtor, lc3_ii]
"""


def main(cores: int, about: dict[str, Any]) -> None:
    """Run the study in a process of its own and look at the largest process that there was."""
    stay_on(cores)
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "large.yaml"
        study.write_text(STUDY.format(**about), encoding="utf-8")
        program = Path(sys.executable).with_name("allodyne")
        began = time.perf_counter()
        command = [str(program), "run", str(study), "--out", str(Path(folder) / "results"), "--quiet"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        taken = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(reason(done.stderr or done.stdout, done.returncode))
        written = sum(file.stat().st_size for file in (Path(folder) / "results").rglob("*") if file.is_file())
    size = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    answer = {
        "subjects": about["subjects"],
        "cores": min(cores, int(os.environ["ALLODYNE_CORES"])),
        "s": taken,
        "subjects_per_s": about["subjects"] / taken,
        "peak_MiB": size,
        "written_MiB": written / 2**20,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
