"""Random-effects meta-analysis: between-study variance by REML, interval of Knapp and Hartung, prediction interval."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from allodyne.errors import UserError

Measure = Literal["MD", "SMD", "RR", "OR", "HR"]
MEASURES: dict[Measure, str] = {
    "MD": "mean difference",
    "SMD": "standardised mean difference (Hedges g)",
    "RR": "risk ratio",
    "OR": "odds ratio",
    "HR": "hazard ratio",
}
RATIOS: frozenset[Measure] = frozenset({"RR", "OR", "HR"})
CONFIDENCE = 0.95
FEWEST_STUDIES = 2
FEWEST_FOR_PREDICTION = 3


@dataclass(frozen=True)
class StudyEffect:
    """The effect of one study.

    Attributes
    ----------
    label : str
        Author, year and, where a paper reports several, the trial.
    estimate, se : float
        Effect and standard error on the scale that is pooled: ratios as natural logarithms.
    paper : str
        Key of the paper; empty when the effect does not come from a finding.
    year : int or None
    comparator : str
        What the treatment was compared with.
    derivation : str
        How the effect was got from what the paper states.
    findings : tuple of str
        Ids of the findings that it rests on.
    """

    label: str
    estimate: float
    se: float
    paper: str = ""
    year: int | None = None
    comparator: str = ""
    derivation: str = ""
    findings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.estimate) and math.isfinite(self.se) and self.se > 0):
            raise UserError(
                f"The study {self.label!r} has the effect {self.estimate:g} with the standard error {self.se:g}.",
                remedy="Give a finite effect and a standard error above zero.",
            )

    @classmethod
    def from_interval(
        cls, label: str, estimate: float, low: float, high: float, ratio: bool = False, **more: Any
    ) -> StudyEffect:
        """Take the standard error from a 95 percent interval, ``(high - low) / (2 * 1.96)``; ratios on the log scale.

        Parameters
        ----------
        label : str
        estimate, low, high : float
            As printed; ratios as ratios.
        ratio : bool, optional
            Whether the three are ratios.
        **more
            Other attributes of the study.

        Raises
        ------
        UserError
            When the three are not in order, or a ratio is not above zero.
        """
        if not low <= estimate <= high or (ratio and low <= 0):
            raise UserError(
                f"The study {label!r} has the effect {estimate:g} with the interval {low:g} to {high:g}.",
                remedy="The effect lies inside its interval; ratios and their limits are above zero.",
            )
        middle, below, above = (math.log(x) for x in (estimate, low, high)) if ratio else (estimate, low, high)
        return cls(label, middle, (above - below) / (2 * _normal_quantile()), **more)

    @property
    def low(self) -> float:
        """Lower limit of the 95 percent interval, on the scale that is pooled."""
        return self.estimate - _normal_quantile() * self.se

    @property
    def high(self) -> float:
        """Upper limit of the 95 percent interval, on the scale that is pooled."""
        return self.estimate + _normal_quantile() * self.se


@dataclass(frozen=True)
class Pooled:
    """What several studies say together; effects on the scale that was pooled.

    Attributes
    ----------
    measure : str
    studies : tuple of StudyEffect
    weights : tuple of float
        Share of each study in the mean; they sum to 1.
    estimate, se, low, high, p : float
        Mean effect, its standard error, 95 percent interval and two-sided p value (t with k - 1 degrees of freedom).
    tau2 : float
        Variance of the true effects between studies.
    q, q_p : float
        Cochran's Q and its p value.
    i2 : float
        Share of the variation between studies that is no chance, ``max(0, (Q - (k - 1)) / Q)``.
    prediction : tuple of float, or None
        Where the true effect of a new study lies with 95 percent; None with fewer than three studies.
    """

    measure: Measure
    studies: tuple[StudyEffect, ...]
    weights: tuple[float, ...]
    estimate: float
    se: float
    low: float
    high: float
    p: float
    tau2: float
    q: float
    q_p: float
    i2: float
    prediction: tuple[float, float] | None

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.studies)

    @property
    def ratio(self) -> bool:
        """Whether effects are logarithms of ratios."""
        return self.measure in RATIOS

    def shown(self, value: float) -> float:
        """Turn a value into what people read: ratios are no longer logarithms."""
        return math.exp(value) if self.ratio else value


def pool(studies: Sequence[StudyEffect], measure: Measure = "MD") -> Pooled:
    """Pool the effects of independent studies.

    The variance between studies is the restricted maximum-likelihood estimate. The interval is that of Knapp and
    Hartung (t with k - 1 degrees of freedom) with the modification that it is never narrower than with the standard
    error that the weights imply: with few studies that happen to agree the plain one is far too narrow (Roever, Knapp
    and Friede 2015, https://pmc.ncbi.nlm.nih.gov/articles/PMC4647507). The prediction interval is
    ``mean +- t(k - 2) sqrt(tau2 + se^2)`` (Higgins, Thompson and Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x), with the standard error of the interval (Partlett and Riley 2017,
    doi:10.1002/sim.7140). Estimation: PyMARE.

    Parameters
    ----------
    studies : sequence of StudyEffect
        Independent of each other, all on the scale of the measure.
    measure : str, optional

    Returns
    -------
    Pooled

    Raises
    ------
    UserError
        With fewer than two studies, or when PyMARE is not installed.
    """
    import numpy as np
    from scipy.stats import t

    if len(studies) < FEWEST_STUDIES:
        raise UserError(
            f"{len(studies)} {'study is' if len(studies) == 1 else 'studies are'} too few to pool.",
            remedy=f"Give at least {FEWEST_STUDIES}.",
        )
    effects, variances = np.array([one.estimate for one in studies]), np.array([one.se**2 for one in studies])
    # The estimator searches on an absolute scale: studies are brought to errors around one, and back afterwards.
    unit, centre = math.sqrt(float(np.median(variances))), float(np.median(effects))
    fitted = _fit((effects - centre) / unit, variances / unit**2)
    # Studies that agree exactly have a Q of zero, and I2 divides by it; it is computed below.
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, chance = fitted.get_fe_stats(), fitted.get_heterogeneity_stats()
    estimate, low, high = (float(mean[key].item()) * unit + centre for key in ("est", "ci_l", "ci_u"))
    se, tau2, q = float(mean["se"].item()) * unit, float(fitted.tau2.item()) * unit**2, float(chance["Q"].item())
    weights = 1 / (variances + tau2)
    prediction = None
    if len(studies) >= FEWEST_FOR_PREDICTION:
        half = float(t.ppf((1 + CONFIDENCE) / 2, len(studies) - 2)) * math.sqrt(tau2 + se**2)
        prediction = (estimate - half, estimate + half)
    return Pooled(
        measure=measure,
        studies=tuple(studies),
        weights=tuple(float(share) for share in weights / weights.sum()),
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        p=2 * float(t.sf(abs(estimate) / se, len(studies) - 1)),
        tau2=tau2,
        q=q,
        q_p=float(chance["p(Q)"].item()),
        i2=max(0.0, (q - (len(studies) - 1)) / q) if q > 0 else 0.0,
        prediction=prediction,
    )


def _fit(effects: Any, variances: Any) -> Any:
    try:
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator
    except ImportError:
        raise UserError(
            "Pooling effects needs the package PyMARE, which is not installed.",
            remedy="Install it: pip install 'allodyne[evidence]'",
        ) from None
    estimator = VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction="knapp-hartung-conservative")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit_dataset(Dataset(y=effects, v=variances)).summary()


def _normal_quantile() -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
