"""Reading sound files that strangers sent: in a child, formats by name, sizes held, nothing fetched."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.kernel.ai.ports.errors import ProviderNotConfigured, ProviderRefused
from bureau.kernel.sandbox import FileRefused, Lent, Limits, Parser, register, stream
from bureau.kernel.sandbox.parsers import MB

if TYPE_CHECKING:
    from bureau.kernel.ai.ports import Vectors

RATE = 16_000
MAX_SECONDS = 30 * 60
# The decoder also knows play lists, which make it fetch addresses that stand in the file. What is
# not named here is not opened.
FORMATS = "matroska,webm,ogg,wav,mov,mp4,m4a,3gp,3g2,mj2,mp3,flac,aac,amr"

SOUND = register(
    Parser(
        "ai.sound",
        f"{__name__}:decoded",
        # half an hour at 16,000 samples a second, two bytes each
        Limits(memory_bytes=1024 * MB, cpu_seconds=300, wall_seconds=120, output_bytes=128 * MB),
        errors=(ProviderRefused, ProviderNotConfigured),
    )
)
# small frames travel together
_TOGETHER = 1 << 20


def samples(path: Path) -> Vectors:
    """The sound as numbers from -1 to 1, one channel, `RATE` a second.

    Raises:
        ProviderRefused: reason `media`: it cannot be read, holds no sound, or is too long.
        ProviderNotConfigured: the decoder is not installed.
    """
    import numpy as np

    data = _pcm(path)
    loud: Vectors = np.frombuffer(data, dtype=np.int16).astype(np.float32) / 32768.0
    return loud


def as_wav(path: Path) -> bytes:
    """The sound as a WAV file of 16 bit, one channel, `RATE` a second; raises as `samples`."""
    return wav_of(_pcm(path), RATE)


def _pcm(path: Path) -> bytes:
    try:
        return b"".join(stream(SOUND, Lent(path), MAX_SECONDS))
    except FileRefused as refused:
        raise ProviderRefused(refused.message, reason="media") from None


def wav_of(data: bytes, rate: int) -> bytes:
    """16 bit samples of one channel as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data)
    return buffer.getvalue()


def decoded(path: Path, most_seconds: int) -> Iterator[bytes]:
    """The samples, in the child: 16 bit, one channel, `RATE` a second; raises as `samples`."""
    pending = bytearray()
    for data in _decoded(path, most_seconds):
        pending += data
        if len(pending) >= _TOGETHER:
            yield bytes(pending)
            pending.clear()
    yield bytes(pending)


def _decoded(path: Path, most_seconds: int) -> Iterator[bytes]:
    try:
        import av
    except ModuleNotFoundError as missing:
        raise ProviderNotConfigured(
            "Sound cannot be read: install it with pip install 'bureau[speech]'.",
            reason="not_installed",
        ) from missing
    try:
        with path.open("rb") as file, av.open(file, options={"format_whitelist": FORMATS}) as sound:
            if not sound.streams.audio:
                raise _unusable("it holds no sound")
            yield from _resampled(av, sound, most_seconds)
    except (av.FFmpegError, ValueError, EOFError) as problem:
        raise _unusable("it is damaged or of an unknown kind") from problem


def _resampled(av: Any, sound: Any, most_seconds: int) -> Iterator[bytes]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    read = 0
    for frame in _frames(sound):
        # the last call, without a frame, gives what the resampler still held
        for ready in resampler.resample(frame):
            data = bytes(ready.planes[0])[: ready.samples * 2]
            read += ready.samples
            if read > most_seconds * RATE:
                raise _unusable(f"it is longer than {most_seconds // 60} minutes")
            yield data


def _frames(sound: Any) -> Iterator[Any]:
    yield from sound.decode(audio=0)
    yield None


def _unusable(why: str) -> ProviderRefused:
    return ProviderRefused(f"The recording cannot be used: {why}.", reason="media")
