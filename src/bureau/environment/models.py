"""Language models and what they may be asked (docs/ai.md)."""

from __future__ import annotations

from pydantic import Field, SecretStr

from bureau.environment.addresses import HttpUrl
from bureau.environment.part import CommaList, Part


class LanguageModels(Part):
    """Who writes, embeds and translates; all optional."""

    ai_provider: str = Field(
        "builtin",
        description="Who writes: builtin (alias mock), openai, anthropic, ollama, openrouter or gemini.",
    )
    ai_embedding_provider: str = Field(
        "builtin",
        description="Who embeds: builtin, openai, ollama, openrouter or gemini. Not tied to AI_PROVIDER, "
        "because vectors of two models cannot be compared and a change means embedding anew.",
    )
    ai_embedding_dimension: int = Field(
        0,
        ge=0,
        le=16_000,
        description="Numbers in its vectors; 0 takes what is known of the model.",
    )
    ai_translation_provider: str = Field(
        "", description="Who translates; empty means the same as AI_PROVIDER."
    )
    default_llm_model: str = Field("gpt-4o-mini", description="Model asked for at OpenRouter.")
    default_embedding_model: str = Field(
        "text-embedding-3-small",
        description="Embedding model at OpenRouter and OpenAI-style servers.",
    )
    openai_api_key: SecretStr = Field(SecretStr(""), description="Key of the OpenAI-style server.")
    openai_base_url: HttpUrl = Field("https://api.openai.com/v1", description="Its base address.")
    openai_model: str = Field("gpt-4o-mini", description="Model asked for there.")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key of Anthropic's service.")
    anthropic_base_url: HttpUrl = Field(
        "https://api.anthropic.com", description="Its base address."
    )
    anthropic_model: str = Field("claude-sonnet-4-5", description="Model asked for there.")
    ollama_base_url: HttpUrl = Field("http://localhost:11434", description="Address of Ollama.")
    ollama_completion_model: str = Field("granite3.3:8b", description="Model that writes there.")
    ollama_translation_model: str = Field(
        "", description="Model that translates there; empty means the one that writes."
    )
    ollama_embedding_model: str = Field(
        "nomic-embed-text:v1.5", description="Model that embeds there."
    )
    openrouter_api_key: SecretStr = Field(SecretStr(""), description="Key of OpenRouter.")
    openrouter_base_url: HttpUrl = Field(
        "https://openrouter.ai/api/v1", description="Its base address."
    )
    openrouter_site_url: HttpUrl = Field(
        "", description="This site's address, as told to OpenRouter."
    )
    openrouter_app_name: str = Field("", description="This site's name, as told to OpenRouter.")
    gemini_api_key: SecretStr = Field(SecretStr(""), description="Key of Google's Gemini.")
    gemini_base_url: HttpUrl = Field(
        "https://generativelanguage.googleapis.com/v1beta/openai",
        description="Its address for the protocol of OpenAI.",
    )
    gemini_model: str = Field("gemini-2.0-flash", description="Model asked for there.")
    gemini_embedding_model: str = Field(
        "gemini-embedding-001", description="Model that embeds there."
    )
    ai_timeout_seconds: float = Field(
        30.0, gt=0, description="Longest wait for one answer, retries included."
    )
    ai_max_retries: int = Field(2, ge=0, le=5, description="Retries after a temporary failure.")


class Allowances(Part):
    """Limits on what models may be asked."""

    ai_cloud_desks: CommaList = Field(
        ["insights", "knowledge"],
        description="Desks whose words may go to servers outside of this machine and its private network.",
    )
    ai_daily_tokens: int = Field(
        0, ge=0, description="Tokens a day for everybody together; 0: no limit."
    )
    ai_daily_tokens_per_user: int = Field(
        1_000_000, ge=0, description="Tokens a day for each person; 0: no limit."
    )
    ai_daily_tokens_anonymous: int = Field(
        200_000, ge=0, description="Tokens a day for all nameless callers together; 0: no limit."
    )
    daily_cost_budget_usd: float = Field(
        50.0, ge=0, description="US dollars a day for models whose price is known; 0: no limit."
    )
    ai_prices: CommaList = Field(
        [],
        description="US dollars for a million tokens read and written: gpt-4o-mini=0.15/0.60,...",
    )
