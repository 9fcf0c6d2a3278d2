"""What is in use here, and what works in which language: told from the settings, nothing opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bureau.kernel.ai import choices, opening
from bureau.kernel.ai.addresses import host_of
from bureau.kernel.ai.known_models import dimension_of
from bureau.kernel.ai.language import NAMES as LANGUAGES
from bureau.kernel.ai.ports import ProviderError, ProviderNotConfigured
from bureau.kernel.ai.providers import NAMES, remote

if TYPE_CHECKING:
    from bureau.environment import Environment

Capability = Literal["chat", "translation", "embedding", "transcription", "speech"]
# `unmeasured` is a model that may do well; nobody here has tried
Level = Literal["good", "fair", "experimental", "unmeasured", "none"]

BUILT_IN_EMBEDDING = ("multilingual-e5-small-q4", 384)
BUILT_IN_HEARING = "whisper-base-int8"
# right passages among the first three of twenty, by language of the question
_RETRIEVAL: Mapping[str, Level] = {
    "en": "good", "af": "good", "ne": "good", "zh": "good", "zu": "fair", "xh": "fair", "st": "fair",
}  # fmt: skip
_HEARING: Mapping[str, Level] = {"en": "good", "af": "experimental", "ne": "experimental"}


@dataclass(frozen=True, slots=True)
class InUse:
    """Who does one thing here.

    Attributes:
        provider: its name; `none` where nobody does it.
        model: which model; empty where that is not known.
        host: host and port of its server; empty on this machine.
        problem: why it cannot be used, in one sentence; empty if nothing speaks against it.
    """

    provider: str
    model: str
    host: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """What works in a language, with what is in use."""

    code: str
    name: str
    retrieval: Level
    identification: Level
    speech_in: Level
    speech_out: Level
    translation: Level


def in_use(env: Environment) -> dict[Capability, InUse]:
    """Who does what."""
    return {
        "chat": _writer(env.ai_provider, env, lambda place: place.model),
        "translation": _translator(env),
        "embedding": _embedder(env),
        "transcription": _hearer(env),
        "speech": _speaker(env),
    }


def embedding_dimensions(env: Environment) -> int:
    """Numbers in a vector; 0 where that is not known."""
    found = _embedder(env)
    if found.provider == "builtin":
        return BUILT_IN_EMBEDDING[1]
    try:
        return env.ai_embedding_dimension or dimension_of(found.model)
    except ProviderNotConfigured:
        return 0


def languages(env: Environment) -> list[LanguageStatus]:
    """Every language that the house has a name for."""
    found = in_use(env)
    voices = _voices(env, found["speech"])
    return [
        LanguageStatus(
            code,
            name,
            retrieval=_measured(found["embedding"], _RETRIEVAL, code),
            identification="good",
            speech_in=_hears(found["transcription"], code),
            speech_out="good" if code in voices else "none",
            translation=_measured(found["translation"], {}, code),
        )
        for code, name in sorted(LANGUAGES.items(), key=lambda entry: entry[1])
    ]


def _writer(name: str, env: Environment, model: Callable[..., str]) -> InUse:
    provider = NAMES.get(name)
    if provider is None:
        return InUse(name[:40], "", problem="There is no provider of this name.")
    if provider == "builtin":
        return InUse("builtin", "builtin")
    place = remote(provider, env)
    problem = "" if place.configured else f"{provider.upper()}_API_KEY is not set."
    return InUse(provider, model(place), place.host, problem)


def _translator(env: Environment) -> InUse:
    name = env.ai_translation_provider or env.ai_provider
    found = _writer(name, env, lambda place: place.translation_model)
    return InUse("none", "") if found.provider == "builtin" else found


def _embedder(env: Environment) -> InUse:
    found = _writer(env.ai_embedding_provider, env, lambda place: place.embedding_model)
    if found.provider == "builtin":
        return InUse("builtin", BUILT_IN_EMBEDDING[0])
    if not (found.model or found.problem):
        return InUse(found.provider, "", found.host, "It has no embedding model.")
    return found


def _hearer(env: Environment) -> InUse:
    name = choices.transcription(env)
    if name in {"builtin", "none"}:
        return InUse(name, BUILT_IN_HEARING if name == "builtin" else "")
    try:
        address, _, model = choices.transcription_server(name, env)
    except ProviderNotConfigured as problem:
        return InUse(name, "", problem=problem.message)
    return InUse(name, model, host_of(address))


def _speaker(env: Environment) -> InUse:
    name = choices.speech(env)
    if name in {"builtin", "none"}:
        return InUse(name, choices.SPEAKING_PROGRAM if name == "builtin" else "")
    try:
        return InUse(name, "piper", host_of(choices.speech_server(env)))
    except ProviderNotConfigured as problem:
        return InUse(name, "", problem=problem.message)


def _voices(env: Environment, speaker: InUse) -> frozenset[str]:
    if speaker.problem or speaker.provider == "none":
        return frozenset()
    try:
        if speaker.provider == "builtin":
            return opening.built_in_speaker().languages()
        from bureau.kernel.ai.language import code_of

        return frozenset(map(code_of, choices.voices(env)))
    except ProviderError:
        return frozenset()


def _hears(hearer: InUse, code: str) -> Level:
    from bureau.kernel.ai.adapters.hearing.judgement import KNOWN

    return _measured(hearer, _HEARING, code) if code in KNOWN else "none"


def _measured(found: InUse, levels: Mapping[str, Level], code: str) -> Level:
    if found.problem or found.provider == "none":
        return "none"
    return levels.get(code, "unmeasured") if found.provider == "builtin" else "unmeasured"
