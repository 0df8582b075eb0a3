"""What a study is solved on: processor cores or an accelerator, in double or in single precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from allodyne.errors import UserError

DeviceName = Literal["auto", "cpu", "gpu"]
Precision = Literal["double", "single"]

GROUP = 64
"""Subjects that share their steps on a core; fixed, so that results do not depend on the number of cores."""
WIDTHS = (1, 8, GROUP)
"""Widths that programs for a core are compiled for; a group is filled up to the next."""
GROUP_ON_GPU = 16_384
"""The same on an accelerator, which is idle with fewer; an assumption, not measured."""
GPU_PAYS_FROM = 20_000
"""Subjects, over all arms, from which on an accelerator is chosen by itself; an assumption, not measured."""


@dataclass(frozen=True)
class Machine:
    """Where and how finely numbers are held.

    Attributes
    ----------
    device : {"cpu", "gpu"}
    precision : {"double", "single"}
        Of states, targets and gains. Times and lengths of steps are in double precision always, as is the check of the
        error.
    """

    device: Literal["cpu", "gpu"] = "cpu"
    precision: Precision = "double"

    @property
    def group(self) -> int:
        """Subjects that share their steps; portions of a population begin at multiples of it."""
        return GROUP if self.device == "cpu" else GROUP_ON_GPU

    @property
    def at_once(self) -> int:
        """Subjects that are solved at the same time, a group on each device."""
        return self.group * len(self.devices())

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths that programs are compiled for."""
        return WIDTHS if self.device == "cpu" else (GROUP, GROUP_ON_GPU)

    @property
    def dtype(self) -> str:
        """Name of the type of numbers."""
        return "float64" if self.precision == "double" else "float32"

    def devices(self) -> tuple[Any, ...]:
        """Devices of JAX to compute on."""
        from allodyne.simulate.backend import accelerators, devices

        return devices() if self.device == "cpu" else accelerators()


@cache
def machine_for(device: DeviceName = "auto", precision: Precision | None = None, subjects: int = 0) -> Machine:
    """Choose what to solve on.

    Parameters
    ----------
    device : {"auto", "cpu", "gpu"}, optional
        With "auto" an accelerator, if there is one and the population is large enough to pay for it.
    precision : {"double", "single"}, optional
        Without it double on processor cores and single on an accelerator; results say which.
    subjects : int, optional
        Over all arms.

    Returns
    -------
    Machine

    Raises
    ------
    UserError
        When an accelerator is asked for and there is none that JAX can use.
    """
    from allodyne.simulate.backend import accelerators

    chosen: Literal["cpu", "gpu"] = "cpu"
    if device == "gpu" or (device == "auto" and subjects >= GPU_PAYS_FROM and accelerators()):
        chosen = "gpu"
    if chosen == "gpu" and not accelerators():
        raise UserError(
            "There is no accelerator that JAX can use.",
            "--device gpu",
            "Install JAX for it (pip install 'jax[cuda12]'), or leave --device out to solve on processor cores.",
        )
    return Machine(chosen, precision or ("double" if chosen == "cpu" else "single"))
