"""The kinds of files of this desk: what people recorded, and what was read out to them."""

from __future__ import annotations

from bureau.desks.interpreting import access
from bureau.kernel.files.kinds import FileKind, register_kind

AUDIO = "interpreting.audio"
SPEECH = "interpreting.speech"

# half an hour of a browser's recording
MAX_AUDIO_BYTES = 16 * 1024 * 1024
# a header without sound; the contract's bound
MIN_AUDIO_BYTES = 500
WAV = "audio/wav"
# as puremagic names what browsers and phones record; video/webm is how it calls every WebM
AUDIO_TYPES = frozenset(
    {
        "audio/webm",
        "video/webm",
        "audio/ogg",
        "application/ogg",
        "audio/opus",
        WAV,
        "audio/wave",
        "audio/x-wav",
        "audio/vnd.wave",
        "audio/mpeg",
        "audio/mp4",
        "audio/x-m4a",
        "audio/flac",
        "audio/x-flac",
    }
)
# what a file's name may promise; other names promise nothing
ENDINGS = {
    "webm": {"audio/webm", "video/webm"},
    "ogg": {"audio/ogg", "application/ogg", "audio/opus"},
    "wav": {WAV, "audio/wave", "audio/x-wav", "audio/vnd.wave"},
    "mp3": {"audio/mpeg"},
    "m4a": {"audio/mp4", "audio/x-m4a"},
    "mp4": {"audio/mp4", "audio/x-m4a"},
    "flac": {"audio/flac", "audio/x-flac"},
}


def keeps_its_promise(name: str, media_type: str) -> bool:
    """Whether a file's content is what its name says."""
    ending = name.rpartition(".")[2].lower()
    return media_type in ENDINGS.get(ending, {media_type})


def register_kinds() -> None:
    """Tell the files room what this desk stores and who may open it."""
    register_kind(FileKind(AUDIO, MAX_AUDIO_BYTES, AUDIO_TYPES, access.audio_door))
    register_kind(FileKind(SPEECH, MAX_AUDIO_BYTES, frozenset({WAV}), access.speech_door))
