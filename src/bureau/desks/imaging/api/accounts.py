"""Signing in with the house's accounts, in the words of this contract."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from bureau.desks.imaging.search.query import invalid
from bureau.desks.imaging.shapes import Shape, answer
from bureau.kernel.accounts.auth import (
    AuthedRequest,
    session_to_sign_out,
    signed_in_for_own_account,
)
from bureau.kernel.accounts.csrf import refuse_foreign_origin
from bureau.kernel.accounts.services import sign_in
from bureau.kernel.errors import BadCredentials, InvalidInput
from bureau.kernel.ops.parsing import json_of

router = Router(tags=["auth"])
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_FIELDS = {"username": {"type": "string"}, "password": {"type": "string", "format": "password"}}
_SHAPE = {"type": "object", "required": list(_FIELDS), "properties": _FIELDS}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": _SHAPE} for kind in (*_FORM_TYPES, "application/json")},
    }
}


@router.post("/login", auth=None, response={200: dict[str, Any]}, openapi_extra=_BODY)
def login(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password, as a form or as JSON: a pair of tokens."""
    fields = _fields(request)
    username, password = fields.get("username"), fields.get("password")
    if not (isinstance(username, str) and isinstance(password, str) and username and password):
        raise InvalidInput("請輸入帳號和密碼 / Username and password are required")
    refuse_foreign_origin(request)
    try:
        made = sign_in.sign_in(request, username, password)
    except BadCredentials:
        raise BadCredentials("帳號或密碼錯誤 / Invalid credentials") from None
    return answer(_signed_in(made))


@router.post("/logout", auth=None, response={200: dict[str, str]})
def logout(request: HttpRequest) -> HttpResponse:
    """End this sign-in: its tokens open nothing any more."""
    sign_in.sign_out(request, session_to_sign_out(request))
    return answer({"status": "success", "message": "登出成功 / Logout successful"})


@router.get("/me", auth=signed_in_for_own_account, response={200: dict[str, Any]})
def me(request: AuthedRequest) -> HttpResponse:
    """Who is calling."""
    user = request.auth
    return answer(
        {
            "user_id": str(user.pk),
            "username": user.username,
            "email": user.email,
            "role": str(user.role),
        }
    )


def _fields(request: HttpRequest) -> Any:
    if request.content_type in _FORM_TYPES:
        return request.POST.dict()
    try:
        fields = json_of(request.body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise invalid("send username and password as a form or as a JSON object")
    return fields


def _signed_in(made: sign_in.SignIn) -> Shape:
    user = made.login.user
    body = {
        "access_token": made.tokens.access,
        "refresh_token": made.tokens.refresh,
        "user": {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
        },
        "status": "success",
        "message": "登入成功 / Login successful",
    }
    # the tokens open nothing before the second factor is verified under /api/auth/
    return {**body, "requires_second_factor": True} if made.login.is_pending else body
