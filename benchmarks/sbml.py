"""The shipped network written out as SBML: one rate rule per species, gains and turnover times as parameters."""

from __future__ import annotations

import libsbml

from allodyne.network.signal import ROUNDING
from benchmarks.study import LESION_RATE, Study


def write_sbml(study: Study, sessions: bool = False) -> str:
    """Write the model.

    Species are the parameters ``x_0, x_1, ...`` in the order of the structure, gains ``w_0, ...``, rates of turnover
    ``r_0, ...``; the drive ``oxygen`` is a parameter that the simulation sets at session edges, or with ``sessions`` by
    events of the model.
    """
    network, structure = study.network, study.structure
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    row = {name: number for number, name in enumerate(structure.species)}
    edges = [network.edges[name] for name in structure.edges]
    for number in range(len(row)):
        _parameter(model, f"x_{number}", 1.0, constant=False)
        _parameter(model, f"r_{number}", 1.0 / structure.turnover[number], constant=True)
    for number, edge in enumerate(edges):
        _parameter(model, f"w_{number}", edge.weight, constant=True)
    for drive in structure.drives:
        _parameter(model, drive, 0.0, constant=False)
    _assign(model, "nerve_injury", f"1 - exp(-{LESION_RATE!r} * time)")
    sources = {row[edge.source] for edge in edges if not edge.from_drive}
    for number in sorted(sources):
        _parameter(model, f"s_{number}", 0.0, constant=False)
        signal, tonic = f"2 * (x_{number} - 1) / (x_{number} + 1)", float(structure.tonic[number])
        bent = f"(({signal})^2 + {ROUNDING**2!r})^0.5 - {ROUNDING!r}"
        joined = f"{(1 + tonic) / 2!r} * {signal} + {(1 - tonic) / 2!r} * ({bent})"
        _assign(model, f"s_{number}", signal if tonic == 1 else joined)
    for name, number in row.items():
        terms = [
            f"w_{k} * {edge.source[1:] if edge.from_drive else f's_{row[edge.source]}'}"
            for k, edge in enumerate(edges)
            if edge.target == name
        ]
        rule = model.createRateRule()
        rule.setVariable(f"x_{number}")
        rule.setMath(_formula(f"r_{number} * (exp({' + '.join(terms) or '0'}) - x_{number})"))
    if sessions:
        for number, piece in enumerate(study.pieces("oxygen")[1:]):
            _event(model, f"edge_{number}", piece.start, piece.oxygen)
    return str(libsbml.writeSBMLToString(document))


def _parameter(model: libsbml.Model, name: str, value: float, constant: bool) -> None:
    parameter = model.createParameter()
    parameter.setId(name)
    parameter.setValue(float(value))
    parameter.setConstant(constant)


def _assign(model: libsbml.Model, name: str, formula: str) -> None:
    rule = model.createAssignmentRule()
    rule.setVariable(name)
    rule.setMath(_formula(formula))


def _event(model: libsbml.Model, name: str, time: float, oxygen: float) -> None:
    event = model.createEvent()
    event.setId(name)
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setMath(_formula(f"time >= {float(time)!r}"))
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    assignment = event.createEventAssignment()
    assignment.setVariable("oxygen")
    assignment.setMath(_formula(repr(oxygen)))


def _formula(text: str) -> libsbml.ASTNode:
    node = libsbml.parseL3Formula(text)
    if node is None:
        raise ValueError(libsbml.getLastParseL3Error())
    return node
