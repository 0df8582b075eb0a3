"""What the rules of safety rest on, counted."""

from __future__ import annotations

from collections import Counter

from allodyne.safety.adverse_effects import load_adverse_effects
from allodyne.safety.contraindications import rules
from allodyne.safety.equipment import load_equipment
from allodyne.safety.limits import load_limits
from allodyne.safety.regimens import load_regimens
from allodyne.safety.supervision import supervision_rules

BASES = ("fact", "measured", "derived", "assumption")


def support_of_rules() -> dict[str, Counter[str]]:
    """Count rules by what they rest on.

    Returns
    -------
    dict of str to Counter
        By kind of rule: how many rest on each basis.
    """
    effects = {(one.of, one.effect): one for members in load_adverse_effects().values() for one in members}
    chambers = load_equipment().values()
    numbers = [number for one in chambers for number in (one.maximum_ata, one.fio2.least, one.fio2.most)]
    stated = [one for quantity in load_regimens().quantities for one in quantity.stated.values()]
    return {
        "bounds of limits": Counter(bound.basis for one in load_limits().values() for bound in one.bounds.values()),
        "contraindications": Counter(one.basis for one in rules().values()),
        "numbers of chambers": Counter(one.basis for one in numbers),
        "supervision and fire": Counter(one.basis for one in supervision_rules().values()),
        "usual regimens": Counter(one.basis for one in stated),
        "adverse effects": Counter(one.basis for one in effects.values()),
    }
