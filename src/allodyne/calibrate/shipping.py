"""From a finished calibration to a posterior that ships, and to the numbers in the network files."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from allodyne.calibrate.identifiability import compress, identify
from allodyne.calibrate.parameters import Space, space_of
from allodyne.calibrate.posterior import Posterior, read_posterior, save_posterior, shipped_folder
from allodyne.calibrate.rewriting import write_fit
from allodyne.calibrate.running import WITHOUT, Calibrated, Plan
from allodyne.errors import UserError
from allodyne.network.schema import Network
from allodyne.simulate.structure import FloatArray, Structure

LINEAR = "linear.npz"
_AT_PRIOR = 0.1
"""A parameter that moved by less than this many prior standard deviations stands at the centre of its prior."""
_SAME_COST = 1.0
"""Fits whose cost differs by less than this found the same optimum."""


def posterior_of(found: Calibrated, plan: Plan, sources: Mapping[str, str]) -> Posterior:
    """Make a posterior.

    Parameters
    ----------
    found : Calibrated
    plan : Plan
    sources : mapping of str to str
        Digest of each file of findings by its name.
    """
    begin, best = found.begin, found.best
    vectors, information = compress(begin.information(found.information))
    parts = [fit for fit in found.fits if fit.name.startswith(WITHOUT)]
    points = [found.begin_held_out.deviations(fit.point) for fit in parts]
    return Posterior(
        names=found.space.names,
        sd=found.space.sd,
        point=begin.deviations(best.point),
        vectors=vectors,
        information=information,
        folds=np.stack(points, axis=1) if points else np.zeros((found.space.size, 0)),
        noise=best.noise,
        fold_noise=tuple(fit.noise for fit in parts),
        papers=frozenset(found.observations.papers),
        provenance=_provenance(found, plan, sources),
    )


def _provenance(found: Calibrated, plan: Plan, sources: Mapping[str, str]) -> dict[str, Any]:
    import jax

    import allodyne

    observations = found.observations
    told = identify(found.space.names, found.begin.information(found.information))
    return {
        "allodyne": allodyne.__version__,
        "jax": jax.__version__,
        "made": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seed": plan.seed,
        "rounds": plan.rounds,
        "folds": plan.folds,
        "findings": {
            "experiments": len(observations.experiments),
            "with_a_size": int(observations.sized.sum()),
            "with_a_direction_only": int(observations.directed.sum()),
            "papers": len(observations.papers),
            "files": dict(sources),
        },
        "parameters": {
            "number": found.space.size,
            "well_informed": told.count("well informed"),
            "partly_informed": told.count("partly informed"),
            "effective_number": round(told.effective, 1),
            "directions_beyond_the_prior": told.beyond_prior,
            "at_the_centre_of_their_prior": int(np.sum(np.abs(found.best.point) < _AT_PRIOR)),
        },
        "starts": starts_of(found),
    }


def starts_of(found: Calibrated) -> dict[str, Any]:
    """Summary of the fits on all findings: how many, how often the best was found, gradients and failures."""
    whole = found.whole
    costs = [fit.costs[-1] for fit in whole]
    best = min(costs)
    return {
        "starts": len(whole),
        "failed": sum(not np.isfinite(cost) for cost in costs),
        "best_found": sum(cost - best < _SAME_COST for cost in costs),
        "costs": [round(float(cost), 2) for cost in costs],
        "gradient_norms": [float(f"{fit.gradient:.3g}") for fit in whole],
        "distances_from_the_best": [
            round(float(np.linalg.norm(fit.point - found.best.point) / np.sqrt(found.space.size)), 3) for fit in whole
        ],
    }


def digest_of(place: str, shipped: bool) -> str:
    """SHA-256 of a file of findings or data, first 16 digits; a shipped one goes by its name alone."""
    path = Path(str(files("allodyne.evidence") / "data" / "findings" / place)) if shipped else Path(place)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def ship(folder: Path, network: Network, structure: Structure) -> None:
    """Make a posterior that was found for the shipped findings the shipped one, and its point that of the network.

    Parameters
    ----------
    folder : Path
        Where ``allodyne calibrate`` wrote it.
    network : Network
    structure : Structure
        Of that network.
    """
    posterior, space = read_posterior(folder), space_of(network, structure)
    if posterior.names != space.names:
        raise UserError("The posterior is not of this network.", str(folder), "Calibrate again.")
    write_fit(network, *fitted_numbers(structure, space, posterior.point))
    save_posterior(posterior, shipped_folder())
    shutil.copyfile(folder / LINEAR, shipped_folder() / LINEAR)


def save_linear(found: Calibrated, folder: Path) -> None:
    """Keep the linearised model at the point, so that mode and spread can be derived again without solving anything."""
    arrays = {
        "ids": np.array([one.id for one in found.observations.experiments]),
        "point": found.linear.point,
        "value": found.linear.value,
        "slope": found.linear.slope.astype(np.float16),
    }
    temporary = folder / ".linear.part.npz"
    np.savez_compressed(temporary, allow_pickle=False, **arrays)
    temporary.replace(folder / LINEAR)


def fitted_numbers(structure: Structure, space: Space, point: FloatArray) -> tuple[dict[str, float], dict[str, float]]:
    """Gains by edge and turnover times in days by species, at a point of the space."""
    columns = space.columns(point[:, None])
    gains = dict(zip(structure.edges, np.abs(columns.animals.gains[:, 0]).tolist(), strict=True))
    turnover = dict(zip(structure.species, columns.animals.turnover[:, 0].tolist(), strict=True))
    return gains, turnover
