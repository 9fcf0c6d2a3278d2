"""Where the servers and files of this installation are, and what it may use of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from bureau.environment.part import CommaList, Part


class Installation(Part):
    """Addresses of servers, folders, limits, logs, and the region it stands in."""

    # where things are
    database_url: str = Field(description="PostgreSQL address of the restricted app role.")
    database_owner_url: str = Field("", description="Address of the owner role (migrations).")
    redis_url: str = Field(description="Redis or Valkey: redis://host:port/db or unix:///path.")
    celery_broker_url: str = Field("", description="Celery broker; empty means REDIS_URL.")
    rabbitmq_url: str = Field(
        "",
        description="Message bus for other programs: amqp:// or Redis address, or `embedded` for the "
        "broker that this installation has anyway; empty: only this house's subscribers hear events.",
    )
    rabbitmq_exchange: str = Field(
        "medical_translation_events", min_length=1, description="Topic exchange of the bus."
    )
    rabbitmq_queue: str = Field(
        "dr_lingo_events",
        min_length=1,
        description="Durable queue that `run_event_consumer` hears.",
    )
    bureau_data: Path = Field(Path(".bureau"), description="Directory for files and secrets.")
    bureau_field_keys_file: Path = Field(description="Key ring for encrypted fields.")
    bureau_db_pool: int = Field(0, description="Connections a web process keeps; 0 means no pool.")

    # limits
    bureau_max_upload_mb: int = Field(50, ge=1, description="Largest request body, megabytes.")
    bureau_max_sheet_cells: int = Field(
        10_000_000,
        ge=1_000,
        description="Most cells that one sheet of an uploaded workbook may reach over, empty ones "
        "included; a workbook with a larger sheet is refused before its values are read.",
    )
    bureau_lease_seconds: int = Field(30, ge=2, description="A worker's claim on a task.")

    # logs
    bureau_log_format: Literal["text", "json"] = Field("text", description="Shape of log lines.")
    bureau_log_level: str = Field("INFO", description="Least level that is logged.")

    # personal data
    bureau_phone_regions: CommaList = Field(
        ["NP", "PH"],
        description="Countries tried, in this order, for phone numbers without a country code.",
    )

    @field_validator("celery_broker_url")
    @classmethod
    def _celerys_own_form(cls, value: str) -> str:
        # Celery reads this variable by itself, before anything here could rewrite it
        if value.startswith("unix://"):
            raise ValueError("write a socket as redis+socket:///path?virtual_host=0")
        return value

    @property
    def broker_url(self) -> str:
        """Celery's broker address; a unix socket is written in kombu's own form."""
        return _as_kombu_writes(self.celery_broker_url or self.redis_url)

    @property
    def event_bus_url(self) -> str:
        """Where the event bus is, in kombu's form; empty where there is none."""
        if self.rabbitmq_url == "embedded":
            return self.broker_url
        return _as_kombu_writes(self.rabbitmq_url)


def _as_kombu_writes(url: str) -> str:
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    database = query.removeprefix("db=") if query.startswith("db=") else "0"
    return f"redis+socket://{path}?virtual_host={database}"
