"""The catalogue of chart algorithms: every module of `algorithms/` that offers a `SPEC`.

A new algorithm is one new file there. Importing the catalogue loads no data or drawing library.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bureau.desks.insights import algorithms
from bureau.desks.insights.errors import UnknownAlgorithm
from bureau.desks.insights.spec import AlgorithmSpec

DEFAULT_VERSION = "1.0"


@cache
def _registry() -> dict[tuple[str, str], AlgorithmSpec]:
    modules = (
        import_module(f"{algorithms.__name__}.{module.name}")
        for module in iter_modules(algorithms.__path__)
        if not module.name.startswith("_")
    )
    specs = (module.SPEC for module in modules)
    return {(spec.key, spec.version): spec for spec in specs}


def available() -> list[str]:
    """Keys of all algorithms, in alphabetical order."""
    return sorted({key for key, _ in _registry()})


def specs() -> list[AlgorithmSpec]:
    """All algorithms, by key and version."""
    return [_registry()[name] for name in sorted(_registry())]


def get(key: str, version: str = DEFAULT_VERSION) -> AlgorithmSpec:
    """The algorithm of this key and version.

    Raises:
        UnknownAlgorithm: there is none; the sentence lists those there are.
    """
    try:
        return _registry()[key, version]
    except KeyError:
        raise UnknownAlgorithm(key, version, available()) from None


def facets_for(keys: list[tuple[str, str]]) -> dict[str, str]:
    """Algorithm key -> facet key, for the (key, version) pairs of a request.

    Raises:
        UnknownAlgorithm: one of them does not exist.
    """
    return {key: get(key, version).facet for key, version in keys}
