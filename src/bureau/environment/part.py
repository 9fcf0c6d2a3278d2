"""What the parts of the environment have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Part(BaseSettings):
    """The variables of one subject; names are those of the variables in lower case."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


# pydantic-settings would decode a list as JSON
CommaList = Annotated[list[str], NoDecode, BeforeValidator(_split)]
