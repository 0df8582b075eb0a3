"""The posterior along the directions that the findings inform, sampled by NUTS, beside its Laplace approximation.

The no-U-turn sampler (NumPyro) moves along the eigenvectors of the information on which the findings say more than the
prior; all other directions stay at the mode, and so do the widths of the likelihood. The deviations of the laboratories
are sampled too, in units of their SD. The likelihood is that of :mod:`allodyne.calibrate.likelihood`, the predictions
are linearised at the mode: the check is one of the normal approximation, not of the linearisation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.calibrate.identifiability import BEYOND_PRIOR, compress
from allodyne.calibrate.nuts_verdict import Checked
from allodyne.errors import UserError
from allodyne.subjects.streams import normals

if TYPE_CHECKING:
    from allodyne.calibrate.fitting import Linear, Mode
    from allodyne.calibrate.likelihood import Noise
    from allodyne.calibrate.observations import Observations
    from allodyne.simulate.structure import FloatArray

CHAINS, WARM_UP, DRAWS = 2, 300, 300
"""Two chains are the fewest that R-hat can compare; with these numbers the check takes less than two minutes."""
_ACCEPT = 0.8
"""Share of accepted proposals that the step size aims at; the usual value of NUTS."""


@dataclass(frozen=True)
class _Subspace:
    """Coefficients along directions, standardised by the Laplace approximation.

    Attributes
    ----------
    centre : array, shape (directions,)
        Coefficients of the mode.
    root : array, shape (directions,)
        Prior SD over posterior SD of the Laplace approximation.
    information : array, shape (directions,)
    value : array, shape (findings,)
        Predictions at the mode.
    slope : array, shape (findings, directions)
        Derivatives by the standardised coefficients.
    """

    centre: FloatArray
    root: FloatArray
    information: FloatArray
    value: FloatArray
    slope: FloatArray


def check_by_nuts(
    linear: Linear,
    observations: Observations,
    noise: Noise,
    mode: Mode,
    information: FloatArray,
    seed: int = 1,
    *,
    chains: int = CHAINS,
    warm_up: int = WARM_UP,
    draws: int = DRAWS,
    show: bool = False,
) -> Checked:
    """Sample the posterior where the findings say more than the prior, and compare it with the Laplace approximation.

    Parameters
    ----------
    linear : Linear
    observations : Observations
    noise : Noise
    mode : Mode
        Of these.
    information : array, shape (parameters, parameters)
        At the mode.
    seed : int, optional
    chains, warm_up, draws : int, optional
    show : bool, optional
        Whether to show the progress of the chains, which costs some time.

    Returns
    -------
    Checked

    Raises
    ------
    UserError
        When NumPyro is not installed, or when the findings say more than the prior along no direction.
    """
    _numpyro()
    usable = np.isfinite(linear.value) & np.isfinite(linear.slope).all(axis=1)
    usable &= observations.sized | observations.directed
    linear, observations = linear.only(usable), observations.only(usable)
    space = _subspace(linear, mode, information)
    papers, own = np.unique(observations.laboratory, return_inverse=True)
    likelihood = _likelihood(space, observations, own, noise)
    count = len(space.root)
    start = {
        "along": np.stack([normals(seed, f"nuts/{chain}", count) for chain in range(chains)]),
        "laboratory": np.tile(mode.laboratories[papers] / max(noise.laboratory, 1e-12), (chains, 1)),
    }
    found, divergences = _sample(space, likelihood, start, seed, warm_up, draws, show)
    return _compared(space, found, divergences)


def _numpyro() -> Any:
    from allodyne.simulate.backend import devices

    devices()
    try:
        import numpyro
    except ImportError:
        raise UserError(
            "Sampling by NUTS needs the package NumPyro, which is not installed.",
            remedy="Install it: pip install 'allodyne[calibrate]', or take --method laplace.",
        ) from None
    return numpyro


def _subspace(linear: Linear, mode: Mode, information: FloatArray) -> _Subspace:
    vectors, along = compress(information, least=BEYOND_PRIOR)
    if not len(along):
        raise UserError(
            "The findings say more than the prior along no direction, so that there is nothing to sample.",
            remedy="Give more findings, or take --method laplace.",
        )
    root = np.sqrt(1 + along)
    return _Subspace(vectors.T @ mode.point, root, along, linear.at(mode.point), linear.slope @ (vectors / root))


def _likelihood(
    space: _Subspace, observations: Observations, own: np.ndarray, noise: Noise
) -> Callable[[Any, Any], Any]:
    """Log-likelihood of standardised coefficients and laboratories, up to a constant."""
    import jax
    import jax.numpy as jnp

    sized, sign = observations.sized, observations.sign
    free = observations.relative | observations.directed
    width = np.where(
        sized, np.hypot(noise.widths(observations), observations.se / observations.unit), noise.latent(observations)
    )
    published = np.where(sized, observations.value / observations.unit, 0.0)
    down, none, up = (np.flatnonzero(~sized & (sign == one)) for one in (-1, 0, 1))
    rows, band = np.flatnonzero(sized), noise.none / width
    slope, value = jnp.asarray(space.slope), jnp.asarray(space.value)

    @jax.jit
    def log_likelihood(along: Any, laboratory: Any) -> Any:
        factor = 1 + jnp.where(free, noise.laboratory * laboratory[own], 0.0)
        latent = ((value + slope @ along) * factor - published) / width
        return (
            -0.5 * jnp.sum(latent[rows] ** 2)
            + jnp.sum(_log_ndtr(latent[up] - band[up]))
            + jnp.sum(_log_ndtr(-latent[down] - band[down]))
            + jnp.sum(_log_within(latent[none], band[none]))
        )

    found: Callable[[Any, Any], Any] = log_likelihood
    return found


def _log_ndtr(x: Any) -> Any:
    from jax.scipy.special import log_ndtr

    return log_ndtr(x)


def _log_within(latent: Any, band: Any) -> Any:
    """Log-probability of a standard normal deviate within a band around the latent mean, from the tail it lies in."""
    import jax.numpy as jnp

    far = jnp.abs(latent)
    near, beyond = _log_ndtr(band - far), _log_ndtr(-band - far)
    return near + jnp.log1p(-jnp.exp(beyond - near))


def _sample(
    space: _Subspace,
    log_likelihood: Callable[[Any, Any], Any],
    start: dict[str, FloatArray],
    seed: int,
    warm_up: int,
    draws: int,
    show: bool,
) -> tuple[FloatArray, int]:
    """Standardised coefficients, shape (chains, draws, directions), and the number of divergent steps."""
    import jax
    from numpyro import distributions, factor, sample
    from numpyro.infer import MCMC, NUTS

    chains, papers = start["laboratory"].shape

    def posterior() -> None:
        prior = distributions.Normal(-space.centre * space.root, space.root).to_event(1)
        along = sample("along", prior)
        laboratory = sample("laboratory", distributions.Normal(0.0, 1.0).expand([papers]).to_event(1))
        factor("findings", log_likelihood(along, laboratory))

    chain = MCMC(
        NUTS(posterior, target_accept_prob=_ACCEPT),
        num_warmup=warm_up,
        num_samples=draws,
        num_chains=chains,
        chain_method="sequential",
        progress_bar=show,
    )
    chain.run(jax.random.PRNGKey(seed), init_params=start, extra_fields=("diverging",))
    found = np.asarray(chain.get_samples(group_by_chain=True)["along"], dtype=np.float64)
    return found, int(np.asarray(chain.get_extra_fields()["diverging"]).sum())


def _compared(space: _Subspace, found: FloatArray, divergences: int) -> Checked:
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    draws = space.centre + found / space.root
    return Checked(
        information=space.information,
        laplace_mean=space.centre,
        laplace_sd=1 / space.root,
        mean=draws.mean(axis=(0, 1)),
        sd=draws.std(axis=(0, 1), ddof=1),
        r_hat=np.asarray(split_gelman_rubin(found)),
        effective=np.asarray(effective_sample_size(found)),
        divergences=divergences,
        chains=found.shape[0],
        draws=found.shape[1],
    )
