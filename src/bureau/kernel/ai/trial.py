"""Tries every model that is set up with a few words of its own, and says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bureau.kernel.ai import choices, opening, status
from bureau.kernel.ai.ports import Message, ProviderAnswerUnusable, ProviderError
from bureau.kernel.ai.providers import NAMES, REMOTE, Provider, Remote, remote

if TYPE_CHECKING:
    from bureau.environment import Environment

QUESTION = [Message("user", "Answer with the word: yes")]
# whoever does not answer so little in this time is not there; seconds
PATIENCE = opening.Patience(timeout=20.0, max_retries=0)
# a model on this machine may have to be loaded first
HEARING_PATIENCE = opening.Patience(timeout=60.0, max_retries=0)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one model.

    Attributes:
        subject: what it does, and the provider's name.
        found: one sentence.
        works: whether it does what it is there for.
    """

    subject: str
    found: str
    works: bool = True


def findings(env: Environment) -> Iterator[Finding]:
    """Try one after the other. Nothing of anybody is sent, and no limit is counted against."""
    for provider in _writers(env):
        place = remote(provider, env)
        yield _tried(f"chat {provider}", partial(_asked, place.model, place))
        if place.translation_model != place.model and _translates(provider, env):
            yield _tried(f"translation {provider}", partial(_asked, place.translation_model, place))
    yield from _chosen(env)


def _writers(env: Environment) -> list[Provider]:
    """Those that were chosen, and those that have a key and could be asked for."""
    chosen = {NAMES.get(env.ai_provider), NAMES.get(env.ai_translation_provider)}
    return [name for name in REMOTE if name in chosen or remote(name, env).api_key]


def _translates(provider: Provider, env: Environment) -> bool:
    return NAMES.get(env.ai_translation_provider or env.ai_provider) == provider


def _chosen(env: Environment) -> Iterator[Finding]:
    found = status.in_use(env)
    trials: dict[status.Capability, Callable[[], str]] = {
        "embedding": lambda: _embedded(env),
        "transcription": lambda: _heard(env),
        "speech": lambda: _spoken(env),
    }
    for capability, one in found.items():
        subject = f"{capability} {one.provider}"
        if one.problem:
            yield Finding(subject, one.problem, works=False)
        elif one.provider == "none":
            yield Finding(capability, "nobody; that is a choice and no fault")
        elif capability in trials:
            yield _tried(subject, trials[capability])
        elif one.provider == "builtin":
            yield Finding(subject, "answers by rule, without a language model")


def _tried(subject: str, attempt: Callable[[], str]) -> Finding:
    started = time.monotonic()
    try:
        what = attempt()
    except ProviderError as problem:
        said = f" It said: {problem.detail}" if problem.detail else ""
        return Finding(subject, f"{problem.message}{said}", works=False)
    return Finding(subject, f"{what} in {time.monotonic() - started:.1f} s")


def _asked(model: str, place: Remote) -> str:
    try:
        answer = opening.chat(place, model, PATIENCE).complete(QUESTION, max_tokens=16)
    except ProviderAnswerUnusable as problem:
        # a model that thinks first needs more words than this; it is there all the same
        if problem.reason != "truncated":
            raise
        return f"{model} at {place.host} answers"
    return f"{answer.model} at {place.host} answers"


def _embedded(env: Environment) -> str:
    provider = NAMES[env.ai_embedding_provider]
    if provider == "builtin":
        embedder = opening.built_in_embedder()
    else:
        place = remote(provider, env)
        embedder = opening.remote_embedder(place, env.ai_embedding_dimension, PATIENCE)
    vector = embedder.embed_query("Does this work?")
    return f"{embedder.model} gives {len(vector)} numbers"


def _heard(env: Environment) -> str:
    name = choices.transcription(env)
    if name == "builtin":
        transcriber = opening.built_in_transcriber()
    else:
        server = choices.transcription_server(name, env)
        transcriber = opening.remote_transcriber(name, *server, HEARING_PATIENCE)
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "silence.wav"
        recording.write_bytes(_silence())
        heard = transcriber.transcribe(recording, "en")
    if heard.text:
        return f"{transcriber.model} listens, and hears words in silence: check it,"
    return f"{transcriber.model} listens"


def _silence() -> bytes:
    from bureau.kernel.ai.adapters.hearing.sound import RATE, wav_of

    return wav_of(bytes(2 * RATE), RATE)


def _spoken(env: Environment) -> str:
    if choices.speech(env) == "builtin":
        speaker = opening.built_in_speaker()
        language = "en"
    else:
        voices = choices.voices(env)
        address = choices.speech_server(env)
        speaker = opening.piper(address, tuple(voices.items()), PATIENCE)
        language = next(iter(voices))
    speech = speaker.speak("One, two, three.", language)
    return f"speaks {len(speaker.languages())} languages; {speech.duration:.1f} s of speech made"
