"""The shapes of the routes that tell which models are in use. They hold no key and no path."""

from __future__ import annotations

from ninja import Schema

from bureau.kernel.ai.status import Level


class InUseOut(Schema):
    """Who does one thing here."""

    provider: str
    model: str
    host: str
    problem: str


class ConfigOut(Schema):
    """The models in use."""

    ai_provider: str
    completion_model: str
    translation_model: str
    embedding_provider: str
    embedding_model: str
    embedding_dimensions: int
    chunking_strategy: str
    chunk_length: int
    chunk_overlap: int
    in_use: dict[str, InUseOut]


class OllamaConfigOut(ConfigOut):
    """The same, where Ollama writes."""

    ollama_base_url: str


class LanguageOut(Schema):
    """What works in one language."""

    code: str
    name: str
    retrieval: Level
    identification: Level
    speech_in: Level
    speech_out: Level
    translation: Level
