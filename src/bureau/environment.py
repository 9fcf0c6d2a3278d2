"""The one place where the process environment is read: a typed object, checked at start.

Everything an operator can set is a field here with its default and meaning; `settings.py` turns it
into Django settings and nothing else looks at `os.environ`. A secret has no default. For every field
a `<NAME>_FILE` variable may name a file that holds the value (container secrets).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CommaList = Annotated[list[str], NoDecode]
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class BadEnvironment(SystemExit):
    """The environment is unusable; the message names each variable and the process stops."""


class Environment(BaseSettings):
    """What an operator may set. Names are the environment variables' names in lower case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    # identity and exposure
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
    https_only: bool = Field(False, description="Secure cookies, HSTS and redirect to https.")

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
    bureau_lease_seconds: int = Field(30, ge=2, description="A worker's claim on a task.")

    # logs
    bureau_log_format: Literal["text", "json"] = Field("text", description="Shape of log lines.")
    bureau_log_level: str = Field("INFO", description="Least level that is logged.")

    # personal data
    bureau_phone_regions: CommaList = Field(
        ["NP", "PH"],
        description="Countries tried, in this order, for phone numbers without a country code.",
    )

    # messages to people outside (docs/notify.md)
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
    notify_public_url: str = Field(
        "", description="This site's https address, for delivery reports of carriers."
    )
    smtp_host: str = Field("", description="Mail server.")
    smtp_port: int = Field(587, description="Its port.")
    smtp_username: str = Field("", description="Its user name; empty: none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Its password.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to it is protected."
    )
    twilio_account_sid: str = Field("", description="Twilio account.")
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="Its token.")
    twilio_from: str = Field("", description="SMS sender: number, name, or `MG…` service.")
    twilio_whatsapp_from: str = Field("", description="WhatsApp sender's number.")
    twilio_base_url: str = Field("https://api.twilio.com", description="Address of Twilio's API.")
    meta_phone_number_id: str = Field("", description="WhatsApp sender at Meta's Cloud API.")
    meta_access_token: SecretStr = Field(SecretStr(""), description="Its access token.")
    meta_app_secret: SecretStr = Field(SecretStr(""), description="Checks Meta's delivery reports.")
    meta_verify_token: SecretStr = Field(
        SecretStr(""), description="What Meta repeats when it is told the reports' address."
    )
    meta_base_url: str = Field(
        "https://graph.facebook.com/v23.0", description="Address of the Cloud API."
    )
    aws_access_key_id: str = Field("", description="Amazon access key, for SNS.")
    aws_secret_access_key: SecretStr = Field(SecretStr(""), description="Its secret.")
    aws_region: str = Field("", description="Region of SNS, such as ap-south-1.")
    aws_sns_url: str = Field("", description="Address of SNS; empty: the region's.")
    sms_gateway_url: str = Field("", description="Address that a gateway takes messages at.")
    sms_gateway_token: SecretStr = Field(SecretStr(""), description="Its token.")
    sms_gateway_format: Literal["json", "form"] = Field("json", description="How it is posted to.")
    sms_gateway_fields: str = Field(
        '{"to": "{to}", "text": "{text}", "reference": "{reference}"}',
        description="JSON object of its fields; {to} {text} {reference} {token} are replaced.",
    )
    sms_gateway_in_house: bool = Field(
        False, description="The gateway is the organisation's own, so sensitive messages may pass."
    )

    # language models (all optional)
    ai_provider: str = Field(
        "builtin",
        description="Who writes: builtin (alias mock), openai, anthropic, ollama, openrouter or gemini.",
    )
    ai_embedding_provider: str = Field(
        "builtin",
        description="Who embeds: builtin, openai, ollama, openrouter or gemini. Not tied to AI_PROVIDER, "
        "because vectors of two models cannot be compared and a change means embedding anew.",
    )
    ai_embedding_dimension: int = Field(
        0,
        ge=0,
        le=16_000,
        description="Numbers in its vectors; 0 takes what is known of the model.",
    )
    ai_translation_provider: str = Field(
        "", description="Who translates; empty means the same as AI_PROVIDER."
    )
    default_llm_model: str = Field("gpt-4o-mini", description="Model asked for at OpenRouter.")
    default_embedding_model: str = Field(
        "text-embedding-3-small",
        description="Embedding model at OpenRouter and OpenAI-style servers.",
    )
    openai_api_key: SecretStr = Field(SecretStr(""), description="Key of the OpenAI-style server.")
    openai_base_url: str = Field("https://api.openai.com/v1", description="Its base address.")
    openai_model: str = Field("gpt-4o-mini", description="Model asked for there.")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key of Anthropic's service.")
    anthropic_base_url: str = Field("https://api.anthropic.com", description="Its base address.")
    anthropic_model: str = Field("claude-sonnet-4-5", description="Model asked for there.")
    ollama_base_url: str = Field("http://localhost:11434", description="Address of Ollama.")
    ollama_completion_model: str = Field("granite3.3:8b", description="Model that writes there.")
    ollama_translation_model: str = Field(
        "", description="Model that translates there; empty means the one that writes."
    )
    ollama_embedding_model: str = Field(
        "nomic-embed-text:v1.5", description="Model that embeds there."
    )
    openrouter_api_key: SecretStr = Field(SecretStr(""), description="Key of OpenRouter.")
    openrouter_base_url: str = Field(
        "https://openrouter.ai/api/v1", description="Its base address."
    )
    openrouter_site_url: str = Field("", description="This site's address, as told to OpenRouter.")
    openrouter_app_name: str = Field("", description="This site's name, as told to OpenRouter.")
    gemini_api_key: SecretStr = Field(SecretStr(""), description="Key of Google's Gemini.")
    gemini_base_url: str = Field(
        "https://generativelanguage.googleapis.com/v1beta/openai",
        description="Its address for the protocol of OpenAI.",
    )
    gemini_model: str = Field("gemini-2.0-flash", description="Model asked for there.")
    gemini_embedding_model: str = Field(
        "gemini-embedding-001", description="Model that embeds there."
    )
    ai_timeout_seconds: float = Field(
        30.0, gt=0, description="Longest wait for one answer, retries included."
    )
    ai_max_retries: int = Field(2, ge=0, le=5, description="Retries after a temporary failure.")

    # speech (all optional)
    ai_transcription_provider: Literal[
        "", "builtin", "whisper_cpp", "asr_service", "openai", "none"
    ] = Field(
        "",
        description="Who writes speech down: builtin, whisper_cpp, asr_service, openai or none. Empty: "
        "whisper_cpp where WHISPER_API_URL is set, else the built-in engine where it is installed.",
    )
    whisper_api_url: str = Field("", description="Address of the server that writes speech down.")
    openai_transcription_model: str = Field(
        "whisper-1", description="Model that writes speech down at the OpenAI-style server."
    )
    ai_transcription_seconds: float = Field(
        300.0, gt=0, description="Longest wait for the transcript of one recording."
    )
    ai_speech_provider: Literal["", "builtin", "piper", "none"] = Field(
        "",
        description="Who reads aloud: builtin (the program espeak-ng), piper or none. Empty: piper where "
        "PIPER_API_URL is set, else the program where it is installed.",
    )
    piper_api_url: str = Field("", description="Address of a Piper server.")
    piper_voices: CommaList = Field(
        [], description="Its voices by language: en=en_GB-alba-medium,ne=ne_NP-google-medium."
    )

    # limits on what models may be asked
    ai_cloud_desks: CommaList = Field(
        ["insights", "knowledge"],
        description="Desks whose words may go to servers outside of this machine and its private network.",
    )
    ai_daily_tokens: int = Field(
        0, ge=0, description="Tokens a day for everybody together; 0: no limit."
    )
    ai_daily_tokens_per_user: int = Field(
        1_000_000, ge=0, description="Tokens a day for each person; 0: no limit."
    )
    daily_cost_budget_usd: float = Field(
        50.0, ge=0, description="US dollars a day for models whose price is known; 0: no limit."
    )
    ai_prices: CommaList = Field(
        [],
        description="US dollars for a million tokens read and written: gpt-4o-mini=0.15/0.60,...",
    )

    # complaints
    grievances_province: str = Field("KO", description="Province code of complaints without one.")
    grievances_district: str = Field("JH", description="District code of complaints without one.")
    grievances_days_to_answer: int = Field(
        15, ge=1, description="Days in which an office has to answer a complaint."
    )
    grievances_draft_days: int = Field(
        7, ge=1, description="Days after which a complaint that was never filed is removed."
    )
    helpdesk_work_days: CommaList = Field(
        ["sun", "mon", "tue", "wed", "thu", "fri"], description="Days on which offices are open."
    )
    helpdesk_hours: str = Field("10:00-17:00", description="Their hours, local time.")
    helpdesk_time_zone: str = Field("Asia/Kathmandu", description="Time zone of the offices.")
    gsheet_bearer_token: SecretStr = Field(
        SecretStr(""), description="Token of the spreadsheet that reads complaints; empty is off."
    )
    gsheet_with_identity: bool = Field(
        False, description="Whether the spreadsheet gets names, phone numbers and addresses."
    )

    # documents and answers from them
    max_chunk_size: int = Field(
        1200, ge=200, le=4000, description="Most characters of a passage that is searched."
    )
    chunk_overlap: int = Field(
        200, ge=0, description="Characters that neighbouring passages share, in whole sentences."
    )
    max_retrieval_chunks: int = Field(
        10, ge=1, le=50, description="Most passages that are looked up for a question."
    )
    similarity_threshold: float = Field(
        0.3, ge=0, le=1, description="Least cosine similarity of a passage found by meaning."
    )
    user_calls_per_hour: int = Field(
        1000, ge=1, description="Calls of the knowledge desk by one person an hour."
    )
    anonymous_calls_per_minute: int = Field(
        100, ge=1, description="Calls of the knowledge desk from one address a minute, nameless."
    )
    ocr_languages: CommaList = Field(
        ["eng", "deu", "fra", "spa"],
        description="Languages of scans whose language is not known, as tesseract calls them.",
    )

    # data sets for the interpreting desk
    hf_token: SecretStr = Field(SecretStr(""), description="Token of the Hugging Face hub.")
    bureau_datasets_dir: str = Field(
        "", description="Folder of data sets (owner/name below it), looked at before the hub."
    )

    # data sources
    lens_api_token: SecretStr = Field(SecretStr(""), description="Token of the Lens patent API.")
    lens_base_url: str = Field("https://api.lens.org", description="Address of the Lens API.")
    lens_max_records: int = Field(10_000, ge=1, description="Most records one Lens job reads.")

    # interpreting
    interpreting_audio_days: int = Field(
        30, ge=1, description="Days after which recordings and spoken translations are removed."
    )

    @field_validator(
        "allowed_hosts",
        "csrf_trusted_origins",
        "trusted_proxies",
        "ai_cloud_desks",
        "ai_prices",
        "piper_voices",
        "bureau_phone_regions",
        "notify_only_to",
        "helpdesk_work_days",
        "ocr_languages",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("celery_broker_url")
    @classmethod
    def _celerys_own_form(cls, value: str) -> str:
        # Celery reads this variable by itself, before anything here could rewrite it
        if value.startswith("unix://"):
            raise ValueError("write a socket as redis+socket:///path?virtual_host=0")
        return value

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

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _demo_access_stays_on_loopback(self) -> Environment:
        if self.bureau_access == "demo" and self.bureau_host not in LOOPBACK_HOSTS:
            raise ValueError(
                "BUREAU_ACCESS=demo is refused unless BUREAU_HOST is a loopback address"
            )
        return self

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


def load() -> Environment:
    """Read and check the environment.

    Raises:
        BadEnvironment: with one line for each variable that is missing or wrong.
    """
    try:
        return Environment(**_values_from_files())
    except ValidationError as problem:
        raise BadEnvironment(_explain(problem)) from None


def _values_from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in Environment.model_fields:
        pointer = os.environ.get(f"{name.upper()}_FILE")
        if pointer:
            found[name] = Path(pointer).read_text(encoding="utf-8").strip()
    return found


def _explain(problem: ValidationError) -> str:
    lines = ["The environment is not usable:"]
    for error in problem.errors():
        name = "_".join(str(part) for part in error["loc"]).upper() or "combination"
        lines.append(f"  {name}: {error['msg']}")
    return "\n".join(lines)
