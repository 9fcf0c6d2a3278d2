"""OpenAI and every server that speaks its chat API: Ollama, vLLM, llama.cpp, OpenRouter, Gemini."""

from bureau.kernel.ai.adapters.openai_compatible.chat import OpenAICompatibleChat

__all__ = ["OpenAICompatibleChat"]
