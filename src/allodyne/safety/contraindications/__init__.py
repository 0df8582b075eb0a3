"""Whether a patient may have the treatments of a plan: rules as data, by treatment."""

from allodyne.safety.contraindications.checking import contraindicated
from allodyne.safety.contraindications.rules import Rule, rules

__all__ = ["Rule", "contraindicated", "rules"]
