"""The program espeak-ng: small, robotic, offline, with voices for many languages."""

from __future__ import annotations

import subprocess
from functools import cached_property

from bureau.kernel.ai.adapters.speaking.words import no_voice, sayable, speech_of
from bureau.kernel.ai.choices import SPEAKING_PROGRAM as PROGRAM
from bureau.kernel.ai.language import code_of
from bureau.kernel.ai.ports import (
    ProviderAnswerUnusable,
    ProviderNotConfigured,
    ProviderUnavailable,
    Speech,
)

# it speaks a thousand times faster than a person; this is for a machine in trouble. Seconds.
PATIENCE = 30


class Espeak:
    """Voices of their own for each language; a language without one is refused."""

    provider = "builtin"
    model = "espeak-ng"

    def languages(self) -> frozenset[str]:
        """See `Speaker.languages`."""
        return frozenset(self._voices)

    def speak(self, text: str, language: str) -> Speech:
        """See `Speaker.speak`."""
        words = sayable(text)
        code = code_of(language)
        voice = self._voices.get(code)
        if voice is None:
            raise no_voice(code)
        # double brackets would make it read phonemes
        spoken = words.replace("[[", "[ [")
        wav = _run("-v", voice, "-b", "1", "--stdin", "--stdout", said=spoken)
        return speech_of(wav, native=True, provider=self.provider)

    @cached_property
    def _voices(self) -> dict[str, str]:
        """Language -> name of its voice, as the installed program lists them."""
        lines = _run("--voices").decode("utf-8", "replace").splitlines()[1:]
        names = [line.split()[1] for line in lines if len(line.split()) > 1]
        found: dict[str, str] = {}
        # the plain name first: `pt` before `pt-br`
        for name in sorted(names, key=len):
            found.setdefault("zh" if name == "cmn" else code_of(name), name)
        return found


def _run(*arguments: str, said: str = "") -> bytes:
    try:
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=said.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as problem:
        raise ProviderNotConfigured(
            f"The program {PROGRAM} is not installed; install it with apt-get install {PROGRAM}.",
            reason="not_installed",
        ) from problem
    except subprocess.TimeoutExpired as problem:
        raise ProviderUnavailable(
            f"{PROGRAM} did not finish in time.", reason="timeout"
        ) from problem
    if done.returncode:
        said_why = done.stderr.decode("utf-8", "replace").strip()[:200]
        raise ProviderAnswerUnusable(f"{PROGRAM} failed.", detail=said_why)
    return done.stdout
