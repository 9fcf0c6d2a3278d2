"""That the service is there."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

CONTRACT_VERSION = "1.0.0"
router = Router(tags=["system"], auth=None)


@router.get("/health", response=dict[str, str])
def health(request: HttpRequest) -> dict[str, str]:
    """Alive, and which version of the contract is spoken."""
    return {"status": "ok", "version": CONTRACT_VERSION}


@router.get("/", response=dict[str, str])
def index(request: HttpRequest) -> dict[str, str]:
    """What this is and where it is described."""
    return {"app": "医疗影像管理系统", "version": CONTRACT_VERSION, "docs": "/api/v1/docs"}
