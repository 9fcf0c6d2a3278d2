"""Descriptions of charts: asking for one, and writing it by rule or by a language model.

Whoever writes, every number is checked against the chart before the text is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from bureau.desks.insights import catalogue
from bureau.desks.insights.describe.numbers import check_numbers
from bureau.desks.insights.describe.prompt import Prompt, build_prompt
from bureau.desks.insights.models import DescriptionTask, ImageTask
from bureau.desks.insights.params import Language
from bureau.desks.insights.spec import ChartData
from bureau.kernel.accounts.errors import one_error
from bureau.kernel.ai.ports import Chat, Completion, Message, ProviderAnswerUnusable
from bureau.kernel.jobs.services import enqueue
from bureau.kernel.jobs.transitions import lock_job

ATTEMPTS = 3
MAX_TOKENS = 600
BUILTIN = "builtin"


@dataclass(slots=True)
class Written:
    """A text whose numbers were checked, who wrote it, and what it was made from."""

    text: str
    provider: str
    model: str
    snapshot: dict[str, Any] = field(default_factory=dict)


def request_description(image: ImageTask, user_context: str, preference: str) -> DescriptionTask:
    """Add a description task to the chart's job; the job's status does not change.

    Raises:
        InvalidInput: the chart is not there yet, or its job was cancelled.
    """
    with lock_job(image.chart_job_id) as job:
        image.refresh_from_db()
        if not image.chart_data:
            raise one_error("ImageTask has no chart_data")
        if job.cancelled_at:
            raise one_error("Cannot describe the chart: Job is cancelled.")
        task = enqueue(job, "insights.describe", counts=False)
        return DescriptionTask.objects.create(
            task=task,
            image_task=image,
            user_context=user_context,
            provider_preference=preference,
        )


def write_by_rule(description: DescriptionTask) -> Written:
    """The built-in description.

    Raises:
        ProviderAnswerUnusable: it holds a number that the chart does not support.
    """
    image = description.image_task
    spec = catalogue.get(image.algorithm_key, image.algorithm_version)
    text = spec.describe(_chart_data(image), cast(Language, image.language))
    wrong = check_numbers(text, _chart_data(image))
    if wrong:
        raise _unsupported(wrong, 1)
    return Written(text, BUILTIN, BUILTIN, _snapshot(description, BUILTIN, BUILTIN))


def write_by_model(description: DescriptionTask, chat: Chat) -> Written:
    """A model's description: asked again, with the numbers that were wrong, at most `ATTEMPTS` times.

    Raises:
        ProviderError: it did not answer, or kept using numbers that the chart does not support.
    """
    wrong: tuple[str, ...] = ()
    refused: list[list[str]] = []
    for attempt in range(1, ATTEMPTS + 1):
        prompt = _prompt(description, wrong)
        answer = _ask(chat, prompt)
        wrong = tuple(check_numbers(answer.text, _chart_data(description.image_task)))
        if not wrong:
            facts = {"system": prompt.system, "user": prompt.user, "attempts": attempt}
            snapshot = _snapshot(description, answer.provider, answer.model)
            snapshot |= {**facts, "refused_numbers": refused}
            return Written(answer.text, answer.provider, answer.model, snapshot)
        refused.append(list(wrong))
    raise _unsupported(wrong, ATTEMPTS)


def _chart_data(image: ImageTask) -> ChartData:
    # only finished charts can be described, and a finished chart never changes
    assert image.chart_data is not None
    return cast(ChartData, image.chart_data)


def _ask(chat: Chat, prompt: Prompt) -> Completion:
    messages = [Message("system", prompt.system), Message("user", prompt.user)]
    return chat.complete(messages, max_tokens=MAX_TOKENS)


def _prompt(description: DescriptionTask, wrong: tuple[str, ...]) -> Prompt:
    image = description.image_task
    return build_prompt(
        _chart_data(image),
        description.user_context,
        cast(Language, image.language),
        algorithm_key=image.algorithm_key,
        counting_rule=image.counting_rule,
        unsupported=wrong,
    )


def _snapshot(description: DescriptionTask, provider: str, model: str) -> dict[str, Any]:
    return {
        "chart_data_keys": sorted(_chart_data(description.image_task)),
        "user_context": description.user_context,
        "provider": provider,
        "model": model,
        "provider_preference": description.provider_preference or None,
    }


def _unsupported(wrong: tuple[str, ...] | list[str], attempts: int) -> ProviderAnswerUnusable:
    numbers = ", ".join(list(dict.fromkeys(wrong))[:5])
    return ProviderAnswerUnusable(
        f"The description was not kept: after {attempts} attempt(s) it still used numbers that "
        f"the chart does not support ({numbers}). Try again, or choose the builtin provider."
    )


def keep(description: DescriptionTask, written: Written) -> dict[str, Any]:
    """Store a description; answers what the DONE event names."""
    description.result_text = written.text
    description.provider_used, description.model_used = written.provider, written.model
    description.prompt_snapshot = written.snapshot
    description.save()
    return {
        "image_task_id": description.image_task_id,
        "provider_used": written.provider,
        "model_used": written.model,
    }
