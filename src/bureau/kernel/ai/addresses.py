"""Where a provider's server is and what opens it: checks that need no connection. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from bureau.kernel.ai.ports import ProviderNotConfigured


def host_of(base_url: str) -> str:
    """Host and port of an address, without user name, password and path; "" if it has none."""
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    name = parts.hostname or ""
    return f"[{name}]{port}" if ":" in name else f"{name}{port}"


def checked_address(provider: str, base_url: str) -> str:
    """`base_url` itself.

    Raises:
        ProviderNotConfigured: it is no http(s) address with a host, or it holds a user name or
            password, which HTTP clients write to their logs.
    """
    scheme = base_url.partition("://")[0].lower()
    host = host_of(base_url)
    if scheme not in {"http", "https"} or not host:
        raise ProviderNotConfigured(
            f"The base address of {provider} must look like https://host/path; "
            f"found the host '{host}' behind '{scheme[:10]}'."
        )
    if "@" in base_url:
        raise ProviderNotConfigured(
            f"The base address of {provider} holds a user name or password; "
            "take it out and use the API key."
        )
    return base_url


def checked_key(provider: str, api_key: str) -> str:
    """`api_key` itself.

    Raises:
        ProviderNotConfigured: it has a character that cannot stand in an HTTP header.
    """
    if not (api_key.isascii() and api_key.isprintable()) or " " in api_key:
        raise ProviderNotConfigured(
            f"The API key of {provider} contains a space, a line break or another character that "
            "no key has; copy it again."
        )
    return api_key
