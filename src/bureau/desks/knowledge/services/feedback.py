"""Verbs on feedback."""

from __future__ import annotations

from bureau.desks.knowledge.models import Feedback, Message


def give_feedback(
    message: Message,
    feedback_type: str,
    is_positive: bool,
    *,
    comment: str = "",
    rating: int | None = None,
) -> Feedback:
    """Keep a reader's word on an answer; a later one of the same type replaces it."""
    feedback, _ = Feedback.objects.get_or_create(
        message=message, feedback_type=feedback_type, defaults={"is_positive": is_positive}
    )
    feedback.is_positive, feedback.comment, feedback.rating = is_positive, comment, rating
    feedback.save()
    return feedback
