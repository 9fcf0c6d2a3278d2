"""Anthropic's Messages API, which llama.cpp and some gateways speak as well."""

from bureau.kernel.ai.adapters.anthropic.chat import AnthropicChat

__all__ = ["AnthropicChat"]
