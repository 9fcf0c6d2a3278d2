"""Settings, checks and the texts that ship."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from bureau.kernel.notify.checks import NEEDED, problems
from bureau.kernel.notify.models import Channel, Message
from bureau.kernel.notify.registry import CHOICES, carrier_for
from bureau.kernel.notify.templates import find, names
from bureau.kernel.notify.tests.conftest import Set


def ids() -> list[str]:
    return [str(problem.id) for problem in problems(settings.ENV)]


def test_the_defaults_need_nothing_and_send_nothing_out(environment: Set) -> None:
    assert ids() == []
    for channel in ("email", "sms"):
        carrier = carrier_for(channel)
        assert carrier
        assert not carrier.outside
    assert carrier_for("whatsapp") is None


def test_a_carrier_that_does_not_exist_stops_the_start(environment: Set) -> None:
    environment(notify_sms="meta")
    assert ids() == ["notify.E001"]
    environment(notify_sms="file", notify_email="no.such.Backend")
    assert ids() == ["notify.E001"]


@pytest.mark.parametrize(("name", "channel"), list(NEEDED))
def test_a_carrier_without_its_settings_stops_the_start(
    environment: Set, name: str, channel: str
) -> None:
    environment(**{f"notify_{channel}": name, "aws_region": ""})
    [problem] = problems(settings.ENV)
    assert problem.id == "notify.E002"
    assert NEEDED[name, channel][0].upper() in problem.msg


def test_files_are_no_way_out_for_a_site_in_public(environment: Set) -> None:
    environment(bureau_host="0.0.0.0")
    assert ids() == ["notify.W001"]
    environment(notify_email="off", notify_sms="off")
    assert ids() == []


def test_every_choice_makes_a_carrier(environment: Set) -> None:
    for channel in Channel.values:
        for name in CHOICES[channel]:
            environment(**{f"notify_{channel}": name})
            assert carrier_for(channel)
    environment(notify_email="django.core.mail.backends.locmem.EmailBackend")
    carrier = carrier_for("email")
    assert carrier
    assert carrier.outside


def test_every_shipped_text_has_both_languages_and_the_same_words() -> None:
    shipped = {name: found for name, found in names().items() if name not in {"english_only"}}
    assert {"test_message", "receipt"} <= set(shipped)
    for name, found in shipped.items():
        assert {"en", "ne"} <= found, name
        words = [set(find(name, language, short=False)[1].words) for language in ("en", "ne")]
        assert words[0] == words[1], name


@pytest.mark.django_db
def test_the_command_queues_a_test_message(environment: Set) -> None:
    out = StringIO()
    call_command("send_test_message", "email", "ops@example.org", stdout=out)
    assert str(Message.objects.get().pk) in out.getvalue()
    with pytest.raises(CommandError, match="phone number"):
        call_command("send_test_message", "sms", "nobody")
