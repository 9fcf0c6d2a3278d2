"""Which model answers: what the operator set, or what a request asks for, and no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from django.conf import settings

from bureau.kernel.ai.addresses import host_of
from bureau.kernel.ai.ports import (
    Chat,
    Embedder,
    ProviderNotConfigured,
    Speaker,
    Transcriber,
    Translator,
)

if TYPE_CHECKING:
    from bureau.environment import Environment

Provider = Literal["openai", "anthropic", "builtin"]
# `mock` is the contract's older word for an answer without a language model
NAMES: dict[str, Provider] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "builtin": "builtin",
    "mock": "builtin",
}
# whoever sets another address may run a server that wants no key
VENDOR_HOSTS = frozenset({"api.openai.com", "api.anthropic.com"})


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything an adapter is opened with; equal connections share one adapter a process."""

    provider: Provider
    base_url: str
    api_key: str = field(repr=False)
    model: str
    timeout: float
    max_retries: int

    @property
    def configured(self) -> bool:
        """Whether there is enough to try: a key, or a server that is not the vendor's own."""
        return bool(self.api_key) or host_of(self.base_url) not in VENDOR_HOSTS


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """A provider as a status route may show it: no key and no path.

    Attributes:
        provider: its name.
        model: the model that is asked for; empty for the built-in one.
        host: host and port of the server; empty for the built-in one.
        configured: whether it can be asked for.
        chosen: whether it answers requests that ask for none.
    """

    provider: Provider
    model: str
    host: str
    configured: bool
    chosen: bool


def provider_for(preference: str | None = None, *, env: Environment | None = None) -> Provider:
    """The provider that answers a request with this preference (None or empty: no preference).

    Raises:
        ProviderNotConfigured: the name, in the request or in AI_PROVIDER, is unknown.
    """
    name = preference or _environment(env).ai_provider
    if name not in NAMES:
        source = "The request" if preference else "AI_PROVIDER"
        raise ProviderNotConfigured(
            f"{source} asks for the provider '{name[:40]}'; choose {', '.join(sorted(NAMES))}."
        )
    return NAMES[name]


def chat(preference: str | None = None, *, env: Environment | None = None) -> Chat | None:
    """The model for a request, or None for `builtin`: then the desk answers by its own rules.

    There is no silent change to another provider. Adapters are made once a process, because
    the breaker and the connections live in them.

    Args:
        preference: `openai`, `anthropic`, `builtin` or `mock` (the same); None leaves it to
            AI_PROVIDER.
        env: the operator's settings; None reads Django's.

    Raises:
        ProviderNotConfigured: an unknown name, no key, no library or no usable address.
    """
    provider = provider_for(preference, env=env)
    if provider == "builtin":
        return None
    connection = _connection(provider, _environment(env))
    if not connection.configured:
        raise ProviderNotConfigured(
            f"{provider} was asked for and has no API key here; set {provider.upper()}_API_KEY, "
            "or choose builtin."
        )
    return _opened(connection)


def embedder(preference: str | None = None) -> Embedder:
    """The embedding model; it is loaded at its first text.

    Args:
        preference: `builtin`; None means the same.

    Raises:
        ProviderNotConfigured: an unknown name.
    """
    if preference not in {None, "", "builtin"}:
        raise ProviderNotConfigured(f"No embedding model is called '{preference[:40]}'.")
    return _built_in_embedder()


def translator() -> Translator | None:
    """The translating model, or None where none is set up."""
    return None


def transcriber() -> Transcriber | None:
    """The model that hears, or None where none is set up."""
    return None


def speaker() -> Speaker | None:
    """The voice, or None where none is set up."""
    return None


@lru_cache(maxsize=1)
def _built_in_embedder() -> Embedder:
    from bureau.kernel.ai.adapters.e5 import E5Embedder

    return E5Embedder()


def configured(*, env: Environment | None = None) -> list[ProviderStatus]:
    """Every provider with what is set for it, for a status route. Opens nothing."""
    environment = _environment(env)
    chosen = NAMES.get(environment.ai_provider)
    remote = [_connection(name, environment) for name in ("openai", "anthropic")]
    return [ProviderStatus("builtin", "", "", configured=True, chosen=chosen == "builtin")] + [
        ProviderStatus(
            one.provider,
            one.model,
            host_of(one.base_url),
            configured=one.configured,
            chosen=chosen == one.provider,
        )
        for one in remote
    ]


def _environment(env: Environment | None) -> Environment:
    return env if env is not None else settings.ENV


def _connection(provider: Provider, env: Environment) -> Connection:
    anthropic = provider == "anthropic"
    key = env.anthropic_api_key if anthropic else env.openai_api_key
    return Connection(
        provider=provider,
        base_url=env.anthropic_base_url if anthropic else env.openai_base_url,
        api_key=key.get_secret_value(),
        model=env.anthropic_model if anthropic else env.openai_model,
        timeout=env.ai_timeout_seconds,
        max_retries=env.ai_max_retries,
    )


@lru_cache(maxsize=8)
def _opened(connection: Connection) -> Chat:
    # the adapters pull in the HTTP and retry machinery, which the start of Django does not need
    from bureau.kernel.ai.adapters.anthropic import AnthropicChat
    from bureau.kernel.ai.adapters.openai_compatible import OpenAICompatibleChat
    from bureau.kernel.ai.calling import RetryPolicy

    adapter = AnthropicChat if connection.provider == "anthropic" else OpenAICompatibleChat
    return adapter(
        base_url=connection.base_url,
        api_key=connection.api_key,
        model=connection.model,
        timeout=connection.timeout,
        policy=RetryPolicy(max_retries=connection.max_retries),
    )
