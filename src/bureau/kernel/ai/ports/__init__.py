"""What rooms and desks may ask of models, and every way in which that can fail.

Nothing here imports a provider's library: desks and tests depend on these names only.
"""

from bureau.kernel.ai.ports.chat import Chat, Completion, Delta, Message, Role, Usage
from bureau.kernel.ai.ports.embedding import Embedder, Vectors
from bureau.kernel.ai.ports.errors import (
    LanguageNotSupported,
    ProviderAnswerUnusable,
    ProviderBusy,
    ProviderError,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderUnavailable,
    Reason,
)
from bureau.kernel.ai.ports.speech import Segment, Speaker, Speech, Transcriber, Transcript
from bureau.kernel.ai.ports.translation import Term, Translation, Translator

__all__ = [
    "Chat",
    "Completion",
    "Delta",
    "Embedder",
    "LanguageNotSupported",
    "Message",
    "ProviderAnswerUnusable",
    "ProviderBusy",
    "ProviderError",
    "ProviderNotConfigured",
    "ProviderRefused",
    "ProviderUnavailable",
    "Reason",
    "Role",
    "Segment",
    "Speaker",
    "Speech",
    "Term",
    "Transcriber",
    "Transcript",
    "Translation",
    "Translator",
    "Usage",
    "Vectors",
]
