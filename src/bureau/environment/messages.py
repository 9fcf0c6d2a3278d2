"""How messages reach people outside (docs/notify.md)."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bureau.environment.addresses import HttpUrl
from bureau.environment.part import CommaList, Part


class Messages(Part):
    """Carriers of e-mail, SMS and WhatsApp."""

    notify_email: str = Field(
        "file", description="file, smtp, off, or the dotted name of a Django mail backend."
    )
    notify_sms: str = Field("file", description="file, twilio, sns, gateway or off.")
    notify_whatsapp: str = Field("off", description="file, twilio, meta, gateway or off.")
    notify_from: str = Field("", description="Sender of e-mails: `Office <office@example.org>`.")
    notify_only_to: CommaList = Field(
        [], description="On test sites: the only recipients (addresses, numbers, `@domain`)."
    )
    notify_keep_days: int = Field(
        90, ge=1, description="Days after which it is forgotten to whom a message went."
    )
    notify_sensitive_outside: bool = Field(
        False, description="Let sensitive messages pass through services outside."
    )
    notify_public_url: HttpUrl = Field(
        "",
        description="This site's https address, for links in e-mails and delivery reports of carriers; empty: "
        "links name the host that was asked.",
    )
    smtp_host: str = Field("", description="Mail server.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_username: str = Field("", description="Its user name; empty: none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Its password.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to it is protected."
    )
    twilio_account_sid: str = Field("", description="Twilio account.")
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="Its token.")
    twilio_from: str = Field("", description="SMS sender: number, name, or `MG…` service.")
    twilio_whatsapp_from: str = Field("", description="WhatsApp sender's number.")
    twilio_base_url: HttpUrl = Field(
        "https://api.twilio.com", description="Address of Twilio's API."
    )
    meta_phone_number_id: str = Field("", description="WhatsApp sender at Meta's Cloud API.")
    meta_access_token: SecretStr = Field(SecretStr(""), description="Its access token.")
    meta_app_secret: SecretStr = Field(SecretStr(""), description="Checks Meta's delivery reports.")
    meta_verify_token: SecretStr = Field(
        SecretStr(""), description="What Meta repeats when it is told the reports' address."
    )
    meta_base_url: HttpUrl = Field(
        "https://graph.facebook.com/v23.0", description="Address of the Cloud API."
    )
    aws_access_key_id: str = Field("", description="Amazon access key, for SNS.")
    aws_secret_access_key: SecretStr = Field(SecretStr(""), description="Its secret.")
    aws_region: str = Field("", description="Region of SNS, such as ap-south-1.")
    aws_sns_url: HttpUrl = Field("", description="Address of SNS; empty: the region's.")
    sms_gateway_url: HttpUrl = Field("", description="Address that a gateway takes messages at.")
    sms_gateway_token: SecretStr = Field(SecretStr(""), description="Its token.")
    sms_gateway_format: Literal["json", "form"] = Field("json", description="How it is posted to.")
    sms_gateway_fields: str = Field(
        '{"to": "{to}", "text": "{text}", "reference": "{reference}"}',
        description="JSON object of its fields; {to} {text} {reference} {token} are replaced.",
    )
    sms_gateway_in_house: bool = Field(
        False, description="The gateway is the organisation's own, so sensitive messages may pass."
    )

    @field_validator("notify_from")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be one line without control characters")
        return value

    @field_validator("sms_gateway_fields")
    @classmethod
    def _object_of_texts(cls, value: str) -> str:
        try:
            fields = json.loads(value)
        except ValueError:
            raise ValueError("must be JSON") from None
        if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
            raise ValueError("must be a JSON object of texts")
        return value
