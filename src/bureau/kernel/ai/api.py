"""Routes that tell which models are in use."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from bureau.kernel.accounts.auth import signed_in
from bureau.kernel.ai import status
from bureau.kernel.ai.schemas import ConfigOut, LanguageOut, OllamaConfigOut

router = Router(tags=["ai"], auth=signed_in)


@router.get("/config/ai/", response=OllamaConfigOut | ConfigOut)
def config(request: HttpRequest) -> Any:
    """The models in use, by what they do; no keys. `ollama_base_url` only where Ollama writes."""
    env = settings.ENV
    found = status.in_use(env)
    writes = found["chat"]
    told: dict[str, Any] = {
        "ai_provider": writes.provider,
        "completion_model": writes.model,
        "translation_model": found["translation"].model,
        "embedding_provider": found["embedding"].provider,
        "embedding_model": found["embedding"].model,
        "embedding_dimensions": status.embedding_dimensions(env),
        # a word of the contract; `POST /api/collections/` takes it back
        "chunking_strategy": "fixed-length",
        "chunk_length": env.max_chunk_size,
        "chunk_overlap": min(env.chunk_overlap, env.max_chunk_size - 1),
        "in_use": {name: asdict(one) for name, one in found.items()},
    }
    if writes.provider == "ollama":
        return OllamaConfigOut(**told, ollama_base_url=env.ollama_base_url)
    return ConfigOut(**told)


@router.get("/config/ai/languages/", response=list[LanguageOut])
def languages(request: HttpRequest) -> Any:
    """What works in which language with the models in use: good, fair, experimental, unmeasured, none."""
    return [asdict(one) for one in status.languages(settings.ENV)]
