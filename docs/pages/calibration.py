"""The page on calibration: how the numbers were obtained, how well they predict, and what they do not mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from allodyne.calibrate.parameters import load_settings
from allodyne.calibrate.posterior import load_posterior
from pages.markdown import table

FOLDER = Path(__file__).parent
SCORES = FOLDER / "scores.json"


def page() -> str:
    """Fill the tables and numbers into the text."""
    text = (FOLDER / "calibration.md.j2").read_text(encoding="utf-8")
    settings, posterior = load_settings(), load_posterior()
    told, scores = posterior.provenance, json.loads(SCORES.read_text(encoding="utf-8"))
    widths = [(name, _plain(width)) for name, width in sorted(posterior.noise.size.items())]
    tables = {name: rows(scores).strip() for name, rows in _TABLES.items()}
    return jinja2.Template(text, undefined=jinja2.StrictUndefined, keep_trailing_newline=True).render(
        priors=_priors(settings["prior_sd"]).strip(),
        noise=settings["noise"],
        start_width=settings["start_width"],
        told=told,
        findings=told["findings"],
        parameters=told["parameters"],
        starts=told["starts"],
        laboratory=_share(posterior.noise.laboratory),
        widths=table(["family of sizes", "SD in its unit"], widths).strip(),
        **tables,
    )


def _priors(sd: Mapping[str, Any]) -> str:
    rows = [
        *((f"gain of an edge on {basis}", width) for basis, width in sd["gain"].items()),
        ("turnover time", sd["turnover"]),
        ("size of a drive, all of its edges", sd["drive"]),
    ]
    return table(["parameter", "SD of its logarithm"], rows)


def _goals(scores: Mapping[str, Any]) -> str:
    rows = [
        (one["what"], one["wanted"], _estimate(one["found"], one["as_share"]), one["standing"])
        for one in scores["goals"]
    ]
    return table(["aim", "wanted", "reached", ""], rows)


def _agreement(scores: Mapping[str, Any]) -> str:
    head = ["findings", "hits", "papers", "by record", "by paper", "fitted", "class", "outcome", "shuffled"]
    return table(head, [_agreement_row(row) for row in scores["agreement"]])


def _agreement_row(row: Mapping[str, Any]) -> Sequence[object]:
    held_out = row["held_out"]
    return (
        row["name"],
        f"{held_out['hits']} of {held_out['count']}",
        held_out["papers"],
        _estimate(held_out["by_record"]),
        _estimate(held_out["by_paper"]),
        _share(row["fitted"]["by_record"]["value"]) if row["fitted"] else "-",
        _share(row["of_class_with_own"]["by_record"]["value"]),
        _share(row["of_outcome"]["by_record"]["value"]),
        _share(row["shuffled"]["mean"]),
    )


def _bands(scores: Mapping[str, Any]) -> str:
    rows = [(_share(float(band)), _estimate(one["by_record"])) for band, one in scores["bands"].items()]
    return table(["none is a log ratio within", "all, held out"], rows)


def _sizes(scores: Mapping[str, Any]) -> str:
    rows = [
        (
            row["family"],
            row["count"],
            _plain(row["rmse"]),
            _share(row["narrow"]["value"]),
            _share(row["wide"]["value"]),
            _plain(row["log_score"]),
            _plain(row["pooled_log_score"]),
            _estimate(row["gain"], False),
        )
        for row in scores["sizes"]
    ]
    return table(["family", "sizes", "RMSE", "in 50 %", "in 90 %", "log score", "pooled", "gain"], rows)


def _inside(scores: Mapping[str, Any]) -> str:
    rows = [(row["name"], row["count"], row["held_out"], row["fitted"]) for row in scores["published_intervals"]]
    return table(["therapy", "sizes", "held out", "fitted"], rows)


def _scope(scores: Mapping[str, Any]) -> str:
    rows = [
        (name, one["findings"], one["expressed"], _share(one["expressed"] / one["findings"]), one["within"])
        for name, one in scores["scope"].items()
    ]
    return table(["subjects", "findings", "expressed", "share", "of pain, biomarkers and course"], rows)


_TABLES = {
    "goals": _goals,
    "agreement": _agreement,
    "bands": _bands,
    "sizes": _sizes,
    "inside": _inside,
    "scope": _scope,
}


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _estimate(found: Mapping[str, Any], as_share: bool = True) -> str:
    if found["value"] is None:
        return "-"
    show = _share if as_share else _plain
    interval = "" if found["low"] is None else f" ({show(found['low'])} to {show(found['high'])})"
    return f"{show(found['value'])}{interval}"
