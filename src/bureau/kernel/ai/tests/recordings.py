"""Recordings for tests: speech of the program espeak-ng, silence and noise."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.needs import require

from bureau.kernel.ai.adapters.hearing.sound import RATE, wav_of
from bureau.kernel.ai.adapters.speaking.espeak import Espeak

TEXT = "The clinic opens at eight. Please bring your papers."


@dataclass(frozen=True)
class Recordings:
    """Paths of sound files in one folder."""

    english: Path
    webm: Path
    silence: Path
    noise: Path
    seconds: float


def record(folder: Path) -> Recordings:
    """Make them."""
    require("espeak-ng")
    speech = Espeak().speak(TEXT, "en")
    english = folder / "english.wav"
    english.write_bytes(speech.wav)
    silence = folder / "silence.wav"
    silence.write_bytes(wav_of(bytes(RATE * 2 * 4), RATE))
    loud = np.random.default_rng(7).normal(0, 900, RATE * 4).astype(np.int16)
    noise = folder / "noise.wav"
    noise.write_bytes(wav_of(loud.tobytes(), RATE))
    return Recordings(english, _webm(english), silence, noise, speech.duration)


def _webm(source: Path) -> Path:
    """The same as a browser's recorder writes it: Opus in WebM."""
    import av

    path = source.with_suffix(".webm")
    with wave.open(str(source)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    with av.open(str(path), "w", format="webm") as sound:
        stream = sound.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler("flt", "mono", 48_000, frame_size=960)
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            sound.mux(stream.encode(ready))
        sound.mux(stream.encode(None))
    return path
