"""Named streams of random numbers: one number per subject and quantity.

Each quantity has its own counter-based generator (Philox; Salmon et al. 2011, SC11) keyed by seed and name, and each
subject takes exactly one number from it. Adding an arm, a quantity or a subject therefore moves no other draw, the same
subject in two arms is a twin, and a portion of a population is drawn without the subjects before it.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_BLOCK = 4
"""Numbers that Philox makes of one value of its counter."""


def uniforms(seed: int, name: str, subjects: int, first: int = 0) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) of consecutive subjects.

    Parameters
    ----------
    seed : int
        Seed of the study.
    name : str
        Name of the quantity.
    subjects : int
        How many.
    first : int, optional
        Number of the first of them in the whole population.

    Returns
    -------
    array, shape (subjects,)
    """
    digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
    source, over = np.random.Philox(key=int.from_bytes(digest[:16], "little")), first % _BLOCK
    source.advance(first // _BLOCK)
    return np.clip(np.random.Generator(source).random(over + subjects)[over:], 2.0**-54, 1.0 - 2.0**-53)


def normals(seed: int, name: str, subjects: int, first: int = 0) -> NDArray[np.float64]:
    """Standard normal numbers of consecutive subjects, shape (subjects,), as quantiles of the uniform ones."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, name, subjects, first)))
