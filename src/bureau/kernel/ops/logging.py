"""Log lines: structlog and the standard library through one formatter, to standard error.

Settings import this module before Django's apps exist, so it must not touch models. Every line
carries the trace id of the work in hand, has its secrets hidden, and stays one line whatever a
caller put into it (a traceback follows indented, so it cannot pass for a line of its own).
"""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bureau.kernel.ops.redaction import redact
from bureau.kernel.trace import current_trace_id

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
# what the formatter itself puts into the event and needs back untouched
_MACHINERY = frozenset({"_record", "_from_structlog", "exc_info", "stack_info"})
_TRACEBACKS = frozenset({"exception", "stack"})
# these write whole addresses and payloads, what a camera noted in a photo or what somebody said, or
# a second line for each of our access lines
_TALKATIVE = (
    *("uvicorn.access", "httpx", "httpcore", "openai", "anthropic", "matplotlib"),
    *("PIL", "faster_whisper", "websockets", "socketio", "engineio", "botocore"),
)


def configure_logging(level: str, json_lines: bool) -> None:
    """Send every log line of this process to standard error in one shape.

    Args:
        level: least level that is written: DEBUG, INFO, WARNING, ERROR or CRITICAL.
        json_lines: one JSON object a line (for collectors) instead of text (for people).
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(json_lines))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _quieten_libraries()


def _shared_processors() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace_id,
    ]


def _formatter(json_lines: bool) -> logging.Formatter:
    last: list[Processor] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False)]
        if json_lines
        else [
            _indent_tracebacks,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared_processors(),
        processors=[
            # a plain traceback: the richer kinds print local variables, and so secrets
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *last,
        ],
    )


def _quieten_libraries() -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # a line for every scheduled message, every five seconds
    for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # their own handlers would print every line twice, without our shape
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "django", "django.server"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    answers = logging.getLogger("django.request")
    answers.filters[:] = [_only_exceptions]
    # any stranger can ask for a foreign host name: one line each, not a traceback
    logging.getLogger("django.security.DisallowedHost").filters[:] = [_without_traceback]


def _only_exceptions(record: logging.LogRecord) -> bool:
    """Keep crashes; "Not Found: /x" and the like repeat what the access line already says."""
    return record.exc_info is not None


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def add_trace_id(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Name the work this line belongs to, unless the caller did."""
    event.setdefault("trace_id", current_trace_id())
    return event


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Redact every value and escape line breaks, so that nobody can forge a line."""
    for key, value in event.items():
        if key in _MACHINERY:
            continue
        safe = redact(value, key)
        breaks = isinstance(safe, str) and key not in _TRACEBACKS
        event[key] = _CONTROL.sub(_escaped, safe) if breaks else safe
    return event


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")


def _indent_tracebacks(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    for key in _TRACEBACKS & event.keys():
        event[key] = "    " + str(event[key]).replace("\n", "\n    ")
    return event
