"""The page of sources: every paper and fact that a number or an edge cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from allodyne.claims.experiments import load_experiment
from allodyne.claims.loading import load_claims
from allodyne.claims.schema import Claim
from allodyne.endpoints import load_endpoints
from allodyne.endpoints.scores import load_scores
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import Fact, source
from allodyne.network import load_network
from allodyne.safety.adverse_effects import load_adverse_effects
from allodyne.safety.contraindications.rules import rules
from allodyne.safety.equipment import load_equipment
from allodyne.safety.limits import load_limits
from allodyne.safety.regimens import load_regimens
from allodyne.safety.supervision import supervision_rules
from allodyne.subjects.conditions import load_conditions
from allodyne.treatments.constants import constants
from allodyne.treatments.drug_catalogue import load_catalogue
from pages.claims import weighed


def page() -> str:
    """Write the page."""
    cited = _cited()
    lines = [_entry(key, sorted(places)) for key, places in sorted(cited.items(), key=lambda item: item[0].lower())]
    return "\n".join(
        [
            "# Sources\n",
            f"The {len(cited)} papers and facts that the network, the treatments, the drugs, the conditions, the "
            "endpoints, the rules of safety and the claims cite, by key. A key names the first author and the year, "
            "or the topic. Behind each entry stands what cites it. The address is where the source was read: "
            "sometimes the page of an index, not the publisher's. All findings that are known to the package, also "
            "those that nothing cites yet, stand in `src/allodyne/evidence/data`.\n",
            *lines,
            "",
        ]
    )


def _entry(key: str, places: list[str]) -> str:
    found = source(key)
    said = found.fact if isinstance(found, Fact) else found.shows
    head = " ".join(found.citation.replace("\u2013", "-").replace("\u2014", "-").split())
    return (
        f'- <a id="{key}"></a>**{key}**: {head}'
        + (f" - {' '.join(said.split())}" if said else "")
        + (f" *({', '.join(places)})*")
    )


def _cited() -> dict[str, set[str]]:
    cited: dict[str, set[str]] = {}
    for place, keys in _places():
        for key in keys:
            cited.setdefault(key, set()).add(place)
    return cited


def _places() -> Iterator[tuple[str, Iterable[str]]]:
    network = load_network()
    yield from (("network", edge.sources) for edge in network.edges.values())
    yield from (("network", one.turnover_sources) for one in network.species.values())
    yield from (("network", one.people.sources) for one in network.drives.values() if one.people)
    yield from (("network", one.gain_people.sources) for one in network.edges.values() if one.gain_people)
    yield from (("network", one.turnover_people.sources) for one in network.species.values() if one.turnover_people)
    yield from (("treatments", constant.sources) for constant in constants().values())
    yield from (("drugs", keys) for keys in _within(load_catalogue()))
    yield from (("conditions", keys) for one in load_conditions().values() for keys in _within(one))
    told = [*load_endpoints().values(), *load_scores().values()]
    yield from (("endpoints", keys) for one in told for keys in _within(one))
    judged = [*load_limits().values(), *rules().values(), *load_equipment().values(), *supervision_rules().values()]
    judged += [*(one for members in load_adverse_effects().values() for one in members), load_regimens()]
    yield from (("safety", keys) for one in judged for keys in _within(one))
    yield from (("claims", keys) for claim in load_claims().values() for keys in _of_claim(claim))


def _of_claim(claim: Claim) -> Iterator[Iterable[str]]:
    """Sources of the verdict on a claim, and of its experiments."""
    yield weighed(claim)
    yield from ([one.source for one in load_experiment(name).published] for name in claim.experiments)


def _within(value: object) -> Iterator[tuple[str, ...]]:
    """Sources of every cited number below a model."""
    if isinstance(value, BaseModel):
        keys = getattr(value, "sources", ())
        if keys and (isinstance(value, Cited) or "basis" in type(value).model_fields):
            yield keys
        value = [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _within(item)
