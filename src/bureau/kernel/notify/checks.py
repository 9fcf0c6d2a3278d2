"""Start-up checks of the carriers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from bureau.kernel.notify.models import Channel
from bureau.kernel.notify.registry import CHOICES, OFF, chosen

if TYPE_CHECKING:
    from bureau.environment import Environment

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# adapter -> settings it cannot work without, by channel where they differ
NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("smtp", Channel.EMAIL): ("smtp_host", "notify_from"),
    ("twilio", Channel.SMS): ("twilio_account_sid", "twilio_auth_token", "twilio_from"),
    ("twilio", Channel.WHATSAPP): (
        "twilio_account_sid",
        "twilio_auth_token",
        "twilio_whatsapp_from",
    ),
    ("sns", Channel.SMS): ("aws_access_key_id", "aws_secret_access_key", "aws_region"),
    ("gateway", Channel.SMS): ("sms_gateway_url",),
    ("gateway", Channel.WHATSAPP): ("sms_gateway_url",),
    ("meta", Channel.WHATSAPP): ("meta_phone_number_id", "meta_access_token"),
}


@register("notify")
def check_carriers(**_kwargs: Any) -> list[CheckMessage]:
    """notify.E001, E002 and W001: see `problems`."""
    return problems(settings.ENV)


def problems(env: Environment) -> list[CheckMessage]:
    """What is wrong with the carriers that these settings name."""
    return [
        *(problem for channel in Channel.values for problem in _of_channel(channel, env)),
        *_files_in_public(env),
    ]


def _of_channel(channel: str, env: Environment) -> list[CheckMessage]:
    name, variable = chosen(channel, env), f"NOTIFY_{channel.upper()}"
    known = (*CHOICES[channel], OFF)
    if name not in known and not (channel == Channel.EMAIL and _is_backend(name)):
        text = f"{variable}={name} names no carrier of this channel."
        return [Error(text, hint=f"Choose one of: {', '.join(known)}.", id="notify.E001")]
    missing = [one.upper() for one in NEEDED.get((name, channel), ()) if not _given(env, one)]
    if missing:
        return [
            Error(
                f"{variable}={name} needs {', '.join(missing)}.",
                hint="Set them, or choose another carrier.",
                id="notify.E002",
            )
        ]
    return []


def _files_in_public(env: Environment) -> list[CheckMessage]:
    if env.bureau_host in LOOPBACK:
        return []
    to_files = [channel for channel in Channel.values if chosen(channel, env) == "file"]
    if not to_files:
        return []
    text = f"Messages by {', '.join(to_files)} are written to files in clear and reach nobody."
    hint = "Choose carriers (docs/notify.md), or `off`."
    return [Warning(text, hint=hint, id="notify.W001")]


def _is_backend(name: str) -> bool:
    try:
        import_string(name)
    except ImportError:
        return False
    return True


def _given(env: Environment, name: str) -> bool:
    value = getattr(env, name)
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
