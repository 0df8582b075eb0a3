"""YAML that is shipped: it says the same to the fast loader and to the one that is there without libyaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
# the collections of papers and findings are long; the slow loader takes a minute for them
SHIPPED = [
    path
    for folder in ("src", "examples")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
    if path.stat().st_size < 100_000
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_loaders_read_the_same(path: Path) -> None:
    fast = getattr(yaml, "CSafeLoader", None)
    if fast is None:
        pytest.skip("this PyYAML has no fast loader")
    text = path.read_text(encoding="utf-8")
    assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, fast)
