"""From the gas in the chamber to the oxygen in the tissue.

The chain is: alveolar gas equation, arterial PO2 by a constant arterial/alveolar ratio, oxygen content with the curve
of Severinghaus and the dissolved part, venous content by the resting extraction, tissue PO2 between arterial and venous
PO2. Blood flow falls in proportion as arterial content rises (oxy-cbf-rat-5bar: microspheres in conscious rats), so the
extraction from a decilitre rises by the same factor. The middle cerebral artery of people slows by 19 percent at
2.5 ATA (oxy-cbf-human-2p5ata); the model says 21 percent.

Tissue PO2 is the weighted geometric mean of arterial and venous PO2, so the drive is the weighted mean of the two
logarithmic rises. The weight, `oxygen.arterial_share`, is the one calibrated number. It comes from four rises measured
in rats (oxy-rat-subcut-po2, oxy-rat-brain-po2-fold) and gives, as fold of room air:

=====================================  ========  =====  ======
Rat                                    measured  model  misses
=====================================  ========  =====  ======
subcutaneous, air at 2.8 ATA           1.87      2.03   +9 %
subcutaneous, oxygen at 2.5 ATA        4         4.87   +22 %
subcutaneous, oxygen at 2.8 ATA        5         5.27   +5 %
striatum, oxygen at 2 ATA, basal flow  7         4.59   -34 %
=====================================  ========  =====  ======

Not used for the weight: human skin on oxygen at 1 ATA rises 2.98-fold (model 2.79, -6 %;
oxy-skin-air-vs-o2-normobaric).

Limits: above 3 ATA the model is poor. At 6 ATA the striatum at basal flow rises 33-fold (model 50) and the
cortex at its own flow 38-fold (model 12), because flow in the brain does not stay low there. One average tissue stands
for nerve, ganglion and spinal cord, for which no values at 2 to 3 ATA were found. The absolute PO2 is of the right
order only; the drive uses the ratio. The curve is that of human blood; rat blood gives oxygen up more easily, for
which no equation was found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from allodyne.treatments.constants import known_animal, number

_HIGHEST_PO2 = 1e5


@dataclass(frozen=True)
class Oxygenation:
    """Oxygen from lung to tissue in one gas at one pressure.

    Attributes
    ----------
    alveolar, arterial, venous, tissue : float
        PO2 in mmHg.
    content : float
        Arterial oxygen content in mL O2/dL.
    flow : float
        Blood flow as fold of that on room air at 1 ATA.
    """

    alveolar: float
    arterial: float
    content: float
    flow: float
    venous: float
    tissue: float


def alveolar_po2(pressure_ata: float, fio2: float) -> float:
    """Alveolar PO2 (mmHg) by the simplified gas equation, at a constant arterial PCO2 (oxy-alveolar-gas-equation)."""
    inspired = fio2 * (number("oxygen.atmosphere") * pressure_ata - number("oxygen.water_vapour"))
    return inspired - number("oxygen.paco2") / number("oxygen.respiratory_quotient")


def arterial_po2(alveolar: float, animal: str) -> float:
    """Arterial PO2 (mmHg) by the arterial/alveolar ratio, constant under pressure (oxy-aA-ratio-constant-to-2000)."""
    return number("oxygen.arterial_ratio", animal) * alveolar


def saturation(po2: float) -> float:
    """Share of haemoglobin that holds oxygen at a PO2 (mmHg), human blood at 37 C and pH 7.4 (oxy-severinghaus)."""
    if po2 <= 0:
        return 0.0
    return 1 / (number("oxygen.severinghaus_a") / (po2**3 + number("oxygen.severinghaus_b") * po2) + 1)


def oxygen_content(po2: float, animal: str) -> float:
    """Oxygen content of blood (mL O2/dL), bound and dissolved, at a PO2 in mmHg (oxy-content-equation)."""
    bound = number("oxygen.haemoglobin_binding") * number("oxygen.haemoglobin", animal) * saturation(po2)
    return bound + number("oxygen.dissolved") * po2


def po2_of_content(content: float, animal: str) -> float:
    """PO2 (mmHg) of blood with an oxygen content (mL O2/dL); the inverse of `oxygen_content`, by bisection."""
    low, high = 0.0, _HIGHEST_PO2
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        if oxygen_content(middle, animal) < content:
            low = middle
        else:
            high = middle
    return high


@cache
def oxygenation(pressure_ata: float, fio2: float, animal: str, flow: float | None = None) -> Oxygenation:
    """Follow oxygen from the lung to the tissue.

    Parameters
    ----------
    pressure_ata : float
        Absolute pressure (ATA).
    fio2 : float
        Inspired oxygen fraction.
    animal : str
        ``rat``, ``mouse`` or ``human``.
    flow : float, optional
        Blood flow as fold of that on room air; falls in proportion to arterial content when not given.

    Raises
    ------
    UserError
        When there is no such animal.
    """
    known_animal(animal)
    alveolar = alveolar_po2(pressure_ata, fio2)
    arterial = arterial_po2(alveolar, animal)
    content = oxygen_content(arterial, animal)
    if flow is None:
        flow = _content_on_air(animal) / content
    venous = po2_of_content(content - number("oxygen.extraction", animal) / flow, animal)
    share = number("oxygen.arterial_share")
    return Oxygenation(alveolar, arterial, content, flow, venous, arterial**share * venous ** (1 - share))


def room_air(animal: str) -> Oxygenation:
    """Oxygenation on room air at 1 ATA."""
    return oxygenation(1.0, number("oxygen.fio2_air"), animal)


def oxygen_drive(pressure_ata: float, fio2: float, animal: str) -> float:
    """Drive `oxygen`: ln(tissue PO2 / tissue PO2 on room air), 0 on room air at 1 ATA."""
    return math.log(oxygenation(pressure_ata, fio2, animal).tissue / room_air(animal).tissue)


def _content_on_air(animal: str) -> float:
    return oxygen_content(arterial_po2(alveolar_po2(1.0, number("oxygen.fio2_air")), animal), animal)
