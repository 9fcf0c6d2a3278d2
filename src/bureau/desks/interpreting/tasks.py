"""Background work of the desk: write down, translate, read out.

Handlers load, call a verb and keep; a message that was erased meanwhile ends its task quietly.
"""

from __future__ import annotations

from bureau.desks.interpreting.models import ChatMessage
from bureau.desks.interpreting.services import failing, messages, translating
from bureau.kernel.jobs.registry import handler
from bureau.kernel.jobs.runner import TaskRun


def _message_of(run: TaskRun) -> ChatMessage | None:
    return ChatMessage.objects.filter(pk=run.params["message_id"]).first()


@handler(
    messages.TRANSLATE,
    queue="translation",
    noun="chat_message",
    on_failure=failing.translation_failed,
)
def translate(run: TaskRun) -> None:
    """Translate a message, check the translation, and set its reading out going."""
    message = _message_of(run)
    if message is None:
        return
    made = translating.translate_message(message)
    with run.finish() as outcome:
        current = _message_of(run)
        if current is not None:
            translating.keep_translation(current, made)
        outcome.message = "Message translated" if made.text else "No translation is known"
