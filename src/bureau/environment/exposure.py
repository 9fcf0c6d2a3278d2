"""Who may reach this installation, and as whom."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bureau.environment.part import CommaList, Part

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class Exposure(Part):
    """Identity, addresses and the doors."""

    secret_key: SecretStr = Field(description="Signs sessions and tokens; at least 32 characters.")
    debug: bool = Field(False, description="Detailed error pages; never in production.")
    allowed_hosts: CommaList = Field(
        ["localhost", "127.0.0.1", "[::1]"], description="Host names that may be asked for."
    )
    csrf_trusted_origins: CommaList = Field([], description="Origins whose forms are accepted.")
    trusted_proxies: CommaList = Field(
        [], description="Proxy addresses whose X-Forwarded-For header is believed."
    )
    bureau_host: str = Field("127.0.0.1", description="Address the web process is bound to.")
    bureau_port: int = Field(8000, description="Port of the web process.")
    bureau_access: Literal["", "demo"] = Field(
        "", description="`demo` lets a nameless caller on loopback act as the demo user."
    )
    bureau_demo_user: str = Field("analyst", description="Who a nameless caller acts as.")
    bureau_mfa: Literal["optional", "staff"] = Field(
        "optional", description="`staff` refuses staff routes without a second factor."
    )
    bureau_metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token of `/metrics` (Prometheus); empty closes it."
    )
    https_only: bool = Field(False, description="Secure cookies, HSTS and redirect to https.")

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _demo_access_stays_on_loopback(self) -> Self:
        if self.bureau_access == "demo" and self.bureau_host not in LOOPBACK_HOSTS:
            raise ValueError(
                "BUREAU_ACCESS=demo is refused unless BUREAU_HOST is a loopback address"
            )
        return self
