"""How a step of a message's way can fail, in the words of the contract's `error_type`."""

from __future__ import annotations

from bureau.kernel.accounts.errors import one_error
from bureau.kernel.ai.ports import ProviderError
from bureau.kernel.errors import BureauError, Conflict, InvalidInput, NotAllowed


class StepFailed(BureauError):
    """A model did not do its part of a message, and another try will not help."""

    code = "STEP_FAILED"
    status = 502
    default_message = "the model's answer could not be used"


class StepKeyRefused(StepFailed):
    """The provider did not accept the installation's key, or none is set."""

    code = "API_KEY_ERROR"
    default_message = "the model is not set up correctly; the operator has to look at its settings"


class StepTimedOut(StepFailed):
    """The provider took too long; another try may help."""

    code = "TIMEOUT"
    status = 503
    temporary = True
    default_message = "the model did not answer in time"


class StepUnreachable(StepFailed):
    """The provider cannot be reached or is busy; another try may help."""

    code = "CONNECTION_ERROR"
    status = 503
    temporary = True
    default_message = "the model could not be reached"


_BY_REASON = {
    "timeout": StepTimedOut,
    "credentials": StepKeyRefused,
    "quota": StepKeyRefused,
    "not_configured": StepKeyRefused,
    "not_installed": StepKeyRefused,
    "residency": StepKeyRefused,
}
ERROR_TYPES = frozenset({"api_key_error", "timeout", "connection_error"})


def step_failure(problem: ProviderError) -> StepFailed:
    """A provider's failure without the provider's own words, which may hold what was said."""
    kind = _BY_REASON.get(problem.reason)
    if kind is None:
        kind = StepUnreachable if problem.temporary else StepFailed
    return kind()


def error_type(code: str, otherwise: str) -> str:
    """The contract's word for a task's error code."""
    word = code.lower()
    return word if word in ERROR_TYPES else otherwise


def refused(sentence: str) -> InvalidInput:
    """A refusal in the contract's body, `{"error": sentence}`."""
    return one_error(sentence)


def wrong_side(sentence: str) -> NotAllowed:
    """Somebody tries to speak for the other side."""
    return NotAllowed(sentence, body={"error": sentence, "code": NotAllowed.code})


def closed_room() -> Conflict:
    """Nothing can be said in a room that was closed."""
    sentence = "This room is closed. Open it again (is_active) before sending messages."
    return Conflict(sentence, body={"error": sentence, "code": Conflict.code})
