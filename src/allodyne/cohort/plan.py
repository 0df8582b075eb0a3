"""What every portion of a run gets, as text and a few numbers, so that any process can solve it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from allodyne.errors import UserError
from allodyne.simulate.machine import DeviceName, Precision, machine_for
from allodyne.simulate.solve import Accuracy

if TYPE_CHECKING:
    from allodyne.pipeline import Prepared
    from allodyne.study.schema import Study

_FOLDERS: list[TemporaryDirectory[str]] = []
_DIFFERENCES = {
    "study": "The study file is another one.",
    "network": "The network files of the study are others.",
    "parameters": "The parameters of the model are others.",
    "allodyne": "The version of Allodyne is another one.",
    "jax": "The version of JAX is another one.",
    "machine": "It was begun on another device, or in another precision.",
}


@dataclass(frozen=True)
class Plan:
    """A study with all that its portions share.

    Attributes
    ----------
    study : str
        The study without its network files, as JSON.
    network : tuple of (str, str)
        Name and text of each network file.
    shift : tuple of float
        From the shipped parameters to those calibrated on own data; empty for the shipped ones.
    accuracy : tuple of (str, float, tuple of float)
        Of each arm: its name, the share and the errors of ``Accuracy``.
    machine : tuple of (str, str)
        Device and precision.
    identity : tuple of (str, str)
        What has to be the same for the same numbers.
    """

    study: str
    network: tuple[tuple[str, str], ...]
    shift: tuple[float, ...]
    accuracy: tuple[tuple[str, float, tuple[float, ...]], ...]
    machine: tuple[DeviceName, Precision]
    identity: tuple[tuple[str, str], ...]

    @cached_property
    def arms(self) -> dict[str, Accuracy]:
        """How finely each arm is solved."""
        return {arm: Accuracy(share, np.array(errors, dtype=float)) for arm, share, errors in self.accuracy}

    @cached_property
    def digest(self) -> str:
        """Names the plan; the same plan has the same digest."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def differences(self, other: Plan) -> list[str]:
        """Say in what the numbers of another plan would be others, a sentence each."""
        mine, theirs = dict(self.identity), dict(other.identity)
        return [told for key, told in _DIFFERENCES.items() if mine.get(key) != theirs.get(key)]

    def to_json(self) -> str:
        """Write the plan as text that :meth:`from_json` reads back."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read a plan."""
        data = json.loads(text)
        return cls(
            study=data["study"],
            network=tuple((name, content) for name, content in data["network"]),
            shift=tuple(data["shift"]),
            accuracy=tuple((arm, share, tuple(errors)) for arm, share, errors in data["accuracy"]),
            machine=(data["machine"][0], data["machine"][1]),
            identity=tuple((key, value) for key, value in data["identity"]),
        )


def plan_of(one: Prepared, accuracy: Mapping[str, Accuracy]) -> Plan:
    """Put together what every portion of a study gets."""
    network = tuple((path.name, path.read_text(encoding="utf-8")) for path in one.study.network)
    study = json.dumps(one.study.model_dump(mode="json", exclude_none=True, exclude={"network"}))
    shift = one.uncertainty.shift
    return Plan(
        study=study,
        network=network,
        shift=tuple(shift.tolist()) if shift.any() else (),
        accuracy=tuple((arm, found.share, tuple(found.errors.tolist())) for arm, found in accuracy.items()),
        machine=(one.machine.device, one.machine.precision),
        identity=tuple(_identity(one, study, network).items()),
    )


def _identity(one: Prepared, study: str, network: tuple[tuple[str, str], ...]) -> dict[str, str]:
    import jax

    import allodyne

    return {
        "study": _digest(study),
        "network": _digest(json.dumps(network)),
        "parameters": parameters_digest(one),
        "allodyne": allodyne.__version__,
        "jax": jax.__version__,
        "machine": f"{one.machine.device}, {one.machine.precision}",
    }


def parameters_digest(one: Prepared) -> str:
    """SHA-256 of the parameters at the centre of the population, in all arms."""
    digest = hashlib.sha256()
    for arm, parameters in one.typical.items():
        digest.update(arm.encode())
        for array in (parameters.turnover, parameters.gains):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def prepared_from(plan: Plan) -> Prepared:
    """Prepare the study of a plan, once for each process.

    Raises
    ------
    UserError
        When this process has other versions or parameters than the one that made the plan.
    """
    import jax

    import allodyne
    from allodyne.calibrate.posterior import load_posterior
    from allodyne.calibrate.uncertainty import Uncertainty
    from allodyne.experiments.levels import shipped_columns
    from allodyne.pipeline import in_arms, prepare

    one = prepare(study_of(plan), machine=machine_for(*plan.machine))
    if plan.shift:
        moved = Uncertainty(one.uncertainty.space, load_posterior(), np.array(plan.shift))
        centre = in_arms(one.study, one.cuts, moved.centred(shipped_columns(one.network, one.structure)))
        one = replace(one, uncertainty=moved, typical=centre, own=True)
    here = {"parameters": parameters_digest(one), "allodyne": allodyne.__version__, "jax": jax.__version__}
    wrong = [_DIFFERENCES[key] for key, value in here.items() if dict(plan.identity)[key] != value]
    if wrong:
        remedy = "Install the same version of Allodyne and of its libraries on all machines."
        raise UserError(f"A worker would find other numbers. {' '.join(wrong)}", remedy=remedy)
    return one


def study_of(plan: Plan) -> Study:
    """Build the study of a plan; its network files are written to a folder that lasts as long as this process."""
    from allodyne.documents import Document
    from allodyne.study.loading import parse_study

    data, folder = json.loads(plan.study), Path()
    if plan.network:
        _FOLDERS.append(TemporaryDirectory(prefix="allodyne-"))
        folder = Path(_FOLDERS[-1].name)
        # A folder each: two files may have the same name.
        data["network"] = [f"{number}/{name}" for number, (name, _) in enumerate(plan.network)]
        for name, (_, text) in zip(data["network"], plan.network, strict=True):
            (folder / name).parent.mkdir()
            (folder / name).write_text(text, encoding="utf-8")
    return parse_study(Document(folder / "study", data, {}))
