"""What the desks let an operator set."""

from __future__ import annotations

from pydantic import Field, SecretStr

from bureau.environment.addresses import HttpUrl
from bureau.environment.part import CommaList, Part


class Desks(Part):
    """The desks' own settings."""

    # complaints
    grievances_province: str = Field("KO", description="Province code of complaints without one.")
    grievances_district: str = Field("JH", description="District code of complaints without one.")
    grievances_days_to_answer: int = Field(
        15, ge=1, description="Days in which an office has to answer a complaint."
    )
    grievances_draft_days: int = Field(
        7, ge=1, description="Days after which a complaint that was never filed is removed."
    )
    grievances_finds_per_hour: int = Field(
        20, ge=1, description="Times an officer may look for a person's complaints in an hour."
    )
    helpdesk_work_days: CommaList = Field(
        ["sun", "mon", "tue", "wed", "thu", "fri"], description="Days on which offices are open."
    )
    helpdesk_hours: str = Field("10:00-17:00", description="Their hours, local time.")
    helpdesk_language: str = Field("en", description="Language of mails to offices: en or ne.")
    imaging_time_zone: str = Field(
        "",
        description="Time zone of the imaging site, for imported times that name a zone; empty keeps their clock.",
    )
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
    knowledge_anonymous: bool = Field(
        False, description="Whether callers without a name may read shared documents and ask."
    )
    anonymous_calls_per_minute: int = Field(
        100, ge=1, description="Calls of the knowledge desk from one address a minute, nameless."
    )
    user_questions_per_hour: int = Field(
        300, ge=1, description="Questions and searches by meaning of one person an hour."
    )
    anonymous_questions_per_hour: int = Field(
        60, ge=1, description="The same from one address, nameless."
    )
    anonymous_questions_per_hour_in_all: int = Field(
        600, ge=1, description="The same of all nameless callers together."
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
    lens_base_url: HttpUrl = Field("https://api.lens.org", description="Address of the Lens API.")
    lens_max_records: int = Field(10_000, ge=1, description="Most records one Lens job reads.")

    # interpreting
    interpreting_audio_days: int = Field(
        30, ge=1, description="Days after which recordings and spoken translations are removed."
    )

    # imaging desk
    bureau_imaging_retention_days: int = Field(
        0, ge=0, description="Days that imaging studies are kept for `expire_studies`; 0 keeps all."
    )
