"""Start-up checks of the language model settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from bureau.kernel.ai.addresses import checked_address, checked_key
from bureau.kernel.ai.ports import ProviderNotConfigured
from bureau.kernel.ai.registry import configured, provider_for

if TYPE_CHECKING:
    from bureau.environment import Environment


@register("ai")
def check_language_models(**_kwargs: Any) -> list[CheckMessage]:
    """ai.E001, ai.E002 and ai.E003: see `problems`."""
    return problems(settings.ENV)


def problems(env: Environment) -> list[CheckMessage]:
    """What is wrong with the language model settings.

    ai.E001: AI_PROVIDER is unknown. ai.E002: it names a provider that has no key.
    ai.E003: a base address is no http(s) address, or a key has characters that no key has.
    """
    return [*_provider_problems(env), *_connection_problems(env)]


def _provider_problems(env: Environment) -> list[CheckMessage]:
    try:
        provider = provider_for(env=env)
    except ProviderNotConfigured as problem:
        return [Error(problem.message, hint="Set AI_PROVIDER=builtin.", id="ai.E001")]
    if all(one.configured for one in configured(env=env) if one.provider == provider):
        return []
    message = f"AI_PROVIDER is {provider} and {provider.upper()}_API_KEY is not set."
    return [Error(message, hint="Set the key, or AI_PROVIDER=builtin.", id="ai.E002")]


def _connection_problems(env: Environment) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for provider in ("openai", "anthropic"):
        try:
            checked_address(provider, getattr(env, f"{provider}_base_url"))
            checked_key(provider, getattr(env, f"{provider}_api_key").get_secret_value())
        except ProviderNotConfigured as problem:
            hint = f"Correct {provider.upper()}_BASE_URL or {provider.upper()}_API_KEY."
            found.append(Error(problem.message, hint=hint, id="ai.E003"))
    return found
