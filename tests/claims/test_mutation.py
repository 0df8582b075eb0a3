"""Each mechanism carries its claim: the experiment behaves, and no longer does once the mechanism is cut."""

from __future__ import annotations

import pytest

from allodyne.claims.check import Tested as Examined
from allodyne.claims.check import depends_on_mechanism, examine
from allodyne.claims.loading import load_claims
from allodyne.network import load_network

MECHANISMS = [claim for claim in load_claims().values() if claim.kind == "mechanism"]
NAMES = [claim.id for claim in MECHANISMS]


@pytest.fixture(scope="module")
def whole() -> dict[str, Examined]:
    return {one.claim.id: one for one in examine(MECHANISMS)}


@pytest.fixture(scope="module")
def depends(whole: dict[str, Examined]) -> dict[str, bool]:
    return depends_on_mechanism(list(whole.values()))


def test_there_are_29_of_them() -> None:
    assert len(MECHANISMS) == 29


@pytest.mark.parametrize("claim", MECHANISMS, ids=NAMES)
def test_the_mechanism_is_a_part_of_the_network(claim) -> None:
    assert claim.mechanism
    assert set(claim.mechanism) <= set(load_network().edges)


@pytest.mark.parametrize("name", NAMES)
def test_the_experiment_behaves_as_published(name: str, whole: dict[str, Examined]) -> None:
    misses = [(row.arm, row.outcome, row.simulated) for one in whole[name].experiments for row in one.misses]
    assert whole[name].standing == "behaves", misses


@pytest.mark.parametrize("name", NAMES)
def test_without_its_mechanism_the_claim_fails(name: str, depends: dict[str, bool]) -> None:
    assert depends[name]
