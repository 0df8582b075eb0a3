"""Parts of the cross-validation: whole papers, by a number that stays the same when papers are added."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from allodyne.evidence.papers import Paper, load_papers


def fold_of(paper: str, folds: int, papers: Mapping[str, Paper] | None = None) -> int:
    """Part that a paper is held out in.

    Parameters
    ----------
    paper : str
        Key of the paper.
    folds : int
    papers : mapping of str to Paper, optional
        By default the shipped ones.

    Returns
    -------
    int
        From 0; keys of one paper, told by its DOI or PubMed number, share it.
    """
    known = (load_papers() if papers is None else papers).get(paper)
    name = (known.doi or known.pmid if known else None) or paper
    return int(hashlib.sha256(name.lower().encode()).hexdigest(), 16) % folds
