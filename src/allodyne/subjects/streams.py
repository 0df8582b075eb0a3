"""Named streams of random numbers: one number per subject and quantity.

Each quantity has its own counter-based generator (Philox; Salmon et al. 2011, SC11) keyed by seed and name, and each
subject takes exactly one number from it. Adding an arm, a quantity or a subject therefore moves no other draw, and the
same subject in two arms is a twin.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def uniforms(seed: int, name: str, subjects: int) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) of the first subjects.

    Parameters
    ----------
    seed : int
        Seed of the study.
    name : str
        Name of the quantity.
    subjects : int

    Returns
    -------
    array, shape (subjects,)
    """
    digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
    generator = np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))
    return np.clip(generator.random(subjects), 2.0**-54, 1.0 - 2.0**-53)


def normals(seed: int, name: str, subjects: int) -> NDArray[np.float64]:
    """Standard normal numbers of the first subjects, shape (subjects,), as quantiles of the uniform ones."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(seed, name, subjects)))
