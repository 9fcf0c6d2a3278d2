"""Reading sound files that strangers sent: formats by name, sizes held, nothing fetched."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.kernel.ai.ports import ProviderNotConfigured, ProviderRefused

if TYPE_CHECKING:
    from bureau.kernel.ai.ports import Vectors

RATE = 16_000
MAX_SECONDS = 30 * 60
# The decoder also knows play lists, which make it fetch addresses that stand in the file. What is
# not named here is not opened.
FORMATS = "matroska,webm,ogg,wav,mov,mp4,m4a,3gp,3g2,mj2,mp3,flac,aac,amr"


def samples(path: Path) -> Vectors:
    """The sound as numbers from -1 to 1, one channel, `RATE` a second.

    Raises:
        ProviderRefused: reason `media`: it cannot be read, holds no sound, or is too long.
        ProviderNotConfigured: the decoder is not installed.
    """
    import numpy as np

    data = b"".join(_decoded(path))
    loud: Vectors = np.frombuffer(data, dtype=np.int16).astype(np.float32) / 32768.0
    return loud


def as_wav(path: Path) -> bytes:
    """The sound as a WAV file of 16 bit, one channel, `RATE` a second; raises as `samples`."""
    return wav_of(b"".join(_decoded(path)), RATE)


def wav_of(data: bytes, rate: int) -> bytes:
    """16 bit samples of one channel as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data)
    return buffer.getvalue()


def _decoded(path: Path) -> Iterator[bytes]:
    try:
        import av
    except ImportError as missing:
        raise ProviderNotConfigured(
            "Sound cannot be read: install it with pip install 'bureau[speech]'.",
            reason="not_installed",
        ) from missing
    try:
        with path.open("rb") as file, av.open(file, options={"format_whitelist": FORMATS}) as sound:
            if not sound.streams.audio:
                raise _unusable("it holds no sound")
            yield from _resampled(av, sound)
    except (av.FFmpegError, ValueError, EOFError) as problem:
        raise _unusable("it is damaged or of an unknown kind") from problem


def _resampled(av: Any, sound: Any) -> Iterator[bytes]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    read = 0
    for frame in _frames(sound):
        # the last call, without a frame, gives what the resampler still held
        for ready in resampler.resample(frame):
            data = bytes(ready.planes[0])[: ready.samples * 2]
            read += ready.samples
            if read > MAX_SECONDS * RATE:
                raise _unusable(f"it is longer than {MAX_SECONDS // 60} minutes")
            yield data


def _frames(sound: Any) -> Iterator[Any]:
    yield from sound.decode(audio=0)
    yield None


def _unusable(why: str) -> ProviderRefused:
    return ProviderRefused(f"The recording cannot be used: {why}.", reason="media")
