"""Where the servers and files of this installation are, and what it may use of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from bureau.environment.addresses import BrokerUrl, BusUrl, PostgresUrl, RedisUrl
from bureau.environment.part import CommaList, Part

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]


class Installation(Part):
    """Addresses of servers, folders, limits, logs, and the region it stands in."""

    # where things are
    database_url: PostgresUrl = Field(description="PostgreSQL address of the restricted app role.")
    database_owner_url: PostgresUrl = Field(
        "", description="Address of the owner role, for `prepare` alone."
    )
    redis_url: RedisUrl = Field(
        description="Redis or Valkey: redis://host:port/db or unix:///path."
    )
    celery_broker_url: BrokerUrl = Field("", description="Celery broker; empty means REDIS_URL.")
    rabbitmq_url: BusUrl = Field(
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
    bureau_db_pool: int = Field(
        0, ge=0, le=1_000, description="Connections a web process keeps; 0 means no pool."
    )

    # limits
    bureau_max_upload_mb: int = Field(50, ge=1, description="Largest request body, megabytes.")
    bureau_disk_reserve_mb: int = Field(
        500, ge=0, description="Free disk, megabytes, that uploads leave to the database."
    )
    bureau_quota_account_mb: int = Field(
        5_000, ge=0, description="Megabytes of files that one account may hold; 0: no limit."
    )
    bureau_quota_case_mb: int = Field(
        250, ge=0, description="Megabytes of files of one complaint, draft or filed; 0: no limit."
    )
    bureau_quota_address_mb_per_hour: int = Field(
        5_000, ge=0, description="Megabytes that one address may send within an hour; 0: no limit."
    )
    bureau_max_sheet_cells: int = Field(
        10_000_000,
        ge=1_000,
        description="Most cells that one sheet of an uploaded workbook may reach over, empty ones "
        "included; a workbook with a larger sheet is refused before its values are read.",
    )
    bureau_lease_seconds: int = Field(30, ge=2, description="A worker's claim on a task.")

    # logs
    bureau_log_format: Literal["text", "json"] = Field("text", description="Shape of log lines.")
    bureau_log_level: LogLevel = Field(
        "INFO",
        description="Least level that is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
    )

    # personal data
    bureau_phone_regions: CommaList = Field(
        ["NP", "PH"],
        description="Countries tried, in this order, for phone numbers without a country code.",
    )

    @field_validator("celery_broker_url", mode="before")
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
