"""Who may reach this installation, and as whom."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from bureau.environment.part import CommaList, Part

# as in `kernel.accounts.models.Role`, which cannot be imported before the settings are read
ROLES = ("patient", "doctor", "admin", "officer", "analyst", "auditor")
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class Exposure(Part):
    """Identity, addresses and the doors."""

    secret_key: SecretStr = Field(description="Signs sessions and tokens; at least 32 characters.")
    debug: bool = Field(False, description="Detailed error pages; never in production.")
    allowed_hosts: CommaList = Field(
        ["localhost", "127.0.0.1", "[::1]"], description="Host names that may be asked for."
    )
    csrf_trusted_origins: CommaList = Field([], description="Origins whose forms are accepted.")
    cors_allowed_origins: CommaList = Field(
        [],
        description="Origins (`https://app.example.org`) whose pages may call this site with a visitor's "
        "sign-in: requests, forms and sockets.",
    )
    trusted_proxies: CommaList = Field(
        [],
        description="Proxy addresses (or networks) whose X-Forwarded-For and X-Forwarded-Proto "
        "headers are believed.",
    )
    bureau_host: str = Field("127.0.0.1", description="Address the web process is bound to.")
    bureau_port: int = Field(8000, ge=1, le=65_535, description="Port of the web process.")
    bureau_access: Literal["", "demo"] = Field(
        "", description="`demo` lets a nameless caller at this machine act as the demo user."
    )
    bureau_demo_user: str = Field("analyst", description="Who a nameless caller acts as.")
    bureau_demo_accounts: CommaList = Field(
        [],
        description="Accounts of this machine (numbers, `id -u`) that may be nameless beside the one "
        "that Bureau runs under.",
    )
    bureau_mfa: Literal["optional", "staff"] = Field(
        "optional", description="`staff` refuses staff routes without a second factor."
    )
    bureau_registration: Literal["closed", "open"] = Field(
        "closed",
        description="`open` lets strangers make accounts, as patients; `bureau up --demo` opens it.",
    )

    # signing in at an OpenID Connect provider, beside local accounts
    oidc_issuer: str = Field(
        "", description="Address of an OpenID Connect provider (its issuer); empty: none."
    )
    oidc_client_id: str = Field("", description="This site's name at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    oidc_scopes: str = Field("openid email profile", description="What the provider is asked for.")
    oidc_label: str = Field(
        "single sign-on", description="What the sign-in page calls the provider."
    )
    oidc_roles_claim: str = Field(
        "groups", description="Claim that says what a person is; dots lead into objects."
    )
    oidc_roles: CommaList = Field(
        [],
        description="Which of its values give which role, the first that fits: `it-staff=admin,wards=doctor`.",
    )
    oidc_default_role: Literal["", "patient", "doctor", "officer", "analyst", "auditor"] = Field(
        "", description="Role of who has none of these values; empty: they are refused."
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

    @field_validator("oidc_roles")
    @classmethod
    def _known_roles(cls, value: list[str]) -> list[str]:
        for pair in value:
            name, _, role = pair.rpartition("=")
            if not name or role not in ROLES:
                raise ValueError(f"{pair!r} is not `value=role` with one of {', '.join(ROLES)}")
        return value

    @model_validator(mode="after")
    def _a_provider_knows_this_site(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID")
        return self

    @field_validator("allowed_hosts")
    @classmethod
    def _names_of_hosts(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("must name at least one host, or nobody could ask for a page")
        for entry in value:
            if "/" in entry or (":" in entry and not entry.startswith("[")):
                raise ValueError(f"write the name of a host alone, not {entry!r}")
        return value

    @field_validator("bureau_demo_accounts")
    @classmethod
    def _numbers(cls, value: list[str]) -> list[str]:
        for entry in value:
            if not (entry.isascii() and entry.isdecimal()):
                raise ValueError(f"write the number of an account (`id -u`), not {entry!r}")
        return value

    @field_validator("csrf_trusted_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for entry in value:
            if not entry.startswith(("https://", "http://")):
                raise ValueError(f"write https:// and the name of the host, not {entry!r}")
        return value

    @field_validator("cors_allowed_origins")
    @classmethod
    def _whole_origins(cls, value: list[str]) -> list[str]:
        for entry in value:
            parts = urlsplit(entry)
            if parts.scheme not in ("https", "http") or f"{parts.scheme}://{parts.netloc}" != entry:
                raise ValueError(
                    f"write scheme, host and port alone (https://app.example.org), not {entry!r}"
                )
            if "*" in entry:
                raise ValueError(f"name each origin; {entry!r} would let in pages nobody knows")
        return value

    @model_validator(mode="after")
    def _demo_access_stays_on_loopback(self) -> Self:
        if self.bureau_access == "demo" and self.bureau_host not in LOOPBACK_HOSTS:
            raise ValueError(
                "BUREAU_ACCESS=demo is refused unless BUREAU_HOST is a loopback address"
            )
        return self
