"""Language models by script, and one that obeys whatever stands outside the block of passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence

from bureau.kernel.ai.ports import Completion, Delta, Message, Usage

BLOCK = re.compile(
    r"===== BEGIN PASSAGES (\w+) =====\n(.*?)\n===== END PASSAGES \1 =====", re.DOTALL
)
Write = Callable[[Sequence[Message]], str]


class ScriptedModel:
    """Writes what a function of the conversation says, in small pieces."""

    provider, model = "scripted", "by-hand"

    def __init__(self, write: Write) -> None:
        self.write = write
        self.heard: list[list[Message]] = []

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0,
        timeout: float | None = None,
    ) -> Generator[Delta | Completion, None, None]:
        self.heard.append(list(messages))
        text = self.write(messages)
        for start in range(0, len(text), 7):
            yield Delta(text[start : start + 7])
        yield Completion(text.strip(), self.provider, self.model, Usage(7, 5), "stop")


def block_of(messages: Sequence[Message]) -> str:
    """What stands in the block of passages."""
    found = BLOCK.search(messages[-1].content)
    assert found, messages[-1].content
    return found[2]


def outside_of(messages: Sequence[Message]) -> str:
    """All that a model reads outside the block."""
    return "\n".join(BLOCK.sub("", one.content) for one in messages)
