"""The providers that can be asked for, and what the operator set for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from bureau.kernel.ai.addresses import host_of

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bureau.environment import Environment

Provider = Literal["openai", "anthropic", "ollama", "openrouter", "gemini", "builtin"]
REMOTE: tuple[Provider, ...] = ("openai", "anthropic", "ollama", "openrouter", "gemini")
# `mock` is the contract's older word for an answer without a language model
NAMES: dict[str, Provider] = {**{name: name for name in REMOTE}, "builtin": "builtin"}
NAMES["mock"] = "builtin"
# whoever sets another address may run a server that wants no key
VENDOR_HOSTS = frozenset(
    {
        "api.openai.com",
        "api.anthropic.com",
        "openrouter.ai",
        "generativelanguage.googleapis.com",
    }
)


@dataclass(frozen=True, slots=True)
class Remote:
    """A provider's server as the operator set it.

    Attributes:
        name: the provider.
        base_url: where it is.
        api_key: what opens it; empty for a server that wants none.
        model: the model that writes.
        translation_model: the model that translates.
        embedding_model: the model that embeds; empty where the provider has none.
        headers: sent along with every request.
    """

    name: Provider
    base_url: str
    api_key: str = field(repr=False)
    model: str
    translation_model: str
    embedding_model: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def host(self) -> str:
        """Host and port."""
        return host_of(self.base_url)

    @property
    def configured(self) -> bool:
        """Whether there is enough to try: a key, or a server that is not the vendor's own."""
        return bool(self.api_key) or self.host not in VENDOR_HOSTS


def remote(name: Provider, env: Environment) -> Remote:
    """What is set for a provider that has a server."""
    return _READERS[name](env)


def _openai(env: Environment) -> Remote:
    return Remote(
        "openai",
        env.openai_base_url,
        _key(env.openai_api_key),
        env.openai_model,
        env.openai_model,
        env.default_embedding_model,
    )


def _anthropic(env: Environment) -> Remote:
    return Remote(
        "anthropic",
        env.anthropic_base_url,
        _key(env.anthropic_api_key),
        env.anthropic_model,
        env.anthropic_model,
    )


def _ollama(env: Environment) -> Remote:
    """Ollama is asked by the protocol of OpenAI, which it serves below `/v1`."""
    address = env.ollama_base_url.rstrip("/")
    try:
        bare = not urlsplit(address).path
    except ValueError:
        bare = False
    return Remote(
        "ollama",
        f"{address}/v1" if bare else address,
        "",
        env.ollama_completion_model,
        env.ollama_translation_model or env.ollama_completion_model,
        env.ollama_embedding_model,
    )


def _openrouter(env: Environment) -> Remote:
    names = {"HTTP-Referer": env.openrouter_site_url, "X-Title": env.openrouter_app_name}
    return Remote(
        "openrouter",
        env.openrouter_base_url,
        _key(env.openrouter_api_key),
        env.default_llm_model,
        env.default_llm_model,
        env.default_embedding_model,
        tuple((name, value) for name, value in names.items() if value),
    )


def _gemini(env: Environment) -> Remote:
    """Gemini is asked by the protocol of OpenAI as well."""
    return Remote(
        "gemini",
        env.gemini_base_url,
        _key(env.gemini_api_key),
        env.gemini_model,
        env.gemini_model,
        env.gemini_embedding_model,
    )


def _key(secret: SecretStr) -> str:
    return secret.get_secret_value()


_READERS: Mapping[Provider, Callable[[Environment], Remote]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "ollama": _ollama,
    "openrouter": _openrouter,
    "gemini": _gemini,
}
