"""What is said and how it comes back: checks of the text, WAV files with the right length. Pure."""

from __future__ import annotations

import io
import wave

from bureau.kernel.ai.adapters.hearing.sound import wav_of
from bureau.kernel.ai.adapters.texts import storable
from bureau.kernel.ai.language import name_of
from bureau.kernel.ai.ports import LanguageNotSupported, ProviderAnswerUnusable, Speech
from bureau.kernel.errors import InvalidInput

# some minutes of speech
MAX_CHARACTERS = 3_000


def sayable(text: str) -> str:
    """`text` without what no voice can say.

    Raises:
        InvalidInput: nothing is left, or it is too long.
    """
    clean = "".join(sign if sign.isprintable() else " " for sign in storable(text)).strip()
    if not any(sign.isalnum() for sign in clean):
        raise InvalidInput("There is nothing to say in this text.")
    if len(clean) > MAX_CHARACTERS:
        raise InvalidInput(f"A text to be spoken may have {MAX_CHARACTERS} characters.")
    return clean


def no_voice(language: str) -> LanguageNotSupported:
    """The refusal of a language; another language's voice would only be misunderstood."""
    return LanguageNotSupported(f"There is no voice for {name_of(language)}.")


def speech_of(data: bytes, *, native: bool, provider: str) -> Speech:
    """The speech in a WAV file, whose header may promise more than there is.

    Raises:
        ProviderAnswerUnusable: it is no such file, or holds no sound.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            rate, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as problem:
        raise ProviderAnswerUnusable(f"{provider} answered no WAV file.") from problem
    if width != 2 or channels != 1 or not rate or not frames:
        raise ProviderAnswerUnusable(f"{provider} answered no sound of 16 bit and one channel.")
    return Speech(wav_of(frames, rate), len(frames) / 2 / rate, native, provider)
