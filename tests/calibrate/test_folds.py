"""Parts of the cross-validation hold whole papers."""

from __future__ import annotations

from collections import Counter

import pytest

from allodyne.calibrate.folds import fold_of
from allodyne.evidence.papers import Paper, load_papers
from allodyne.scoring.findings_given import shipped_findings


def test_keys_of_one_paper_share_their_part() -> None:
    papers = {
        "chen2012": Paper(key="chen2012", doi="10.1000/ABC.1", pmid="1"),
        "thermal-pain2012": Paper(key="thermal-pain2012", doi="10.1000/abc.1"),
        "other": Paper(key="other", pmid="222"),
        "again": Paper(key="again", pmid="222"),
    }

    assert all(fold_of("chen2012", n, papers) == fold_of("thermal-pain2012", n, papers) for n in range(2, 40))
    assert all(fold_of("other", n, papers) == fold_of("again", n, papers) for n in range(2, 40))


def test_a_part_stays_when_papers_are_added() -> None:
    shipped = load_papers()
    few = {key: shipped[key] for key in ("guo2019", "liu2019")}

    assert {key: fold_of(key, 5) for key in few} == {key: fold_of(key, 5, few) for key in few}
    assert [fold_of(key, 5) for key in ("guo2019", "liu2019")] == [fold_of(key, 5) for key in ("guo2019", "liu2019")]


def test_papers_that_nobody_knows_have_a_part() -> None:
    assert {fold_of(f"unknown-{number}", 5) for number in range(100)} == set(range(5))


def test_papers_without_a_number_are_spread() -> None:
    unnumbered = {f"page-{k}": Paper(key=f"page-{k}", url=f"https://example.org/{k}") for k in range(200)}

    counts = Counter(fold_of(key, 5, unnumbered) for key in unnumbered)

    assert sorted(counts) == [0, 1, 2, 3, 4]
    assert max(counts.values()) < 70


@pytest.mark.parametrize("folds", [2, 5, 10])
def test_parts_of_the_shipped_papers_are_about_equal(folds: int) -> None:
    papers = {finding["paper"] for finding in shipped_findings().findings}

    counts = Counter(fold_of(key, folds) for key in papers)

    fair = len(papers) / folds
    assert sorted(counts) == list(range(folds))
    assert all(0.6 * fair < count < 1.4 * fair for count in counts.values())
