"""Doubles of carriers' servers, as strict as the recorded protocols: on a real loopback port."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from bureau.kernel.notify.adapters.sns.signing import Credentials, signed_headers

E164 = re.compile(r"\+[1-9]\d{6,14}")
SID, TOKEN = "AC" + "0" * 32, "twilio-token"
META_TOKEN, META_NUMBER = "meta-token", "106540352242922"
AWS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
GATEWAY_TOKEN = "gateway-token"


@dataclass(frozen=True)
class Request:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes out; `after` seconds, or never when it is None."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    after: float | None = 0


Protocol = Callable[[Request], Answer]


class Double(ThreadingHTTPServer):
    """Answers by its protocol, or by the next forced answer."""

    daemon_threads = True

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.protocol = protocol
        self.forced: list[Answer] = []
        self.requests: list[Request] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Double

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body)
        self.server.requests.append(request)
        answer = self.server.forced.pop(0) if self.server.forced else self.server.protocol(request)
        if answer.after is None:
            self.server.closing.wait(30)
            self.close_connection = True
            return
        time.sleep(answer.after)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Tests do not read an access log."""


@contextmanager
def serving(protocol: Protocol) -> Iterator[Double]:
    with Double(protocol) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join(5)


def as_json(status: int, body: Any, **headers: str) -> Answer:
    content = json.dumps(body).encode()
    return Answer(status, content, {"Content-Type": "application/json", **headers})


# --- Twilio -----------------------------------------------------------------------------------


def twilio_error(status: int, code: int, message: str, **headers: str) -> Answer:
    link = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": link, "status": status}
    return as_json(status, body, **headers)


def twilio(request: Request) -> Answer:
    """POST /2010-04-01/Accounts/{sid}/Messages.json with basic authentication and a form."""
    login = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {login}":
        return twilio_error(401, 20003, "Authenticate")
    if request.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
        return twilio_error(404, 20404, f"The requested resource {request.path} was not found")
    if request.headers.get("content-type") != "application/x-www-form-urlencoded":
        return twilio_error(400, 20001, "Unknown parameters")
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    to = form.get("To", "").removeprefix("whatsapp:")
    if not E164.fullmatch(to):
        return twilio_error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if "From" not in form and "MessagingServiceSid" not in form:
        return twilio_error(400, 21603, "A 'From' phone number is required.")
    if "From" in form and form["To"].startswith("whatsapp:") != form["From"].startswith(
        "whatsapp:"
    ):
        return twilio_error(400, 63007, "Could not find a Channel with the specified From address")
    if not form.get("Body"):
        return twilio_error(400, 21602, "Message body is required.")
    if len(form["Body"]) > 1600:
        return twilio_error(400, 21617, "The concatenated message body exceeds the limit.")
    sid = "SM" + hashlib.md5(request.body).hexdigest()
    return as_json(201, {"sid": sid, "status": "queued", "to": form["To"], "error_code": None})


# --- Meta's Cloud API ---------------------------------------------------------------------------


def meta_error(status: int, code: int, message: str) -> Answer:
    error = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "Az8or2yhqkZ",
    }
    return as_json(status, {"error": error})


def meta(request: Request) -> Answer:
    """POST /v23.0/{phone number id}/messages with a bearer token and JSON."""
    if request.headers.get("authorization") != f"Bearer {META_TOKEN}":
        return meta_error(401, 190, "Error validating access token")
    if request.path != f"/v23.0/{META_NUMBER}/messages":
        return meta_error(400, 100, "Unsupported post request. Object does not exist")
    body = json.loads(request.body)
    template = body.get("template", {})
    values = [one["text"] for part in template.get("components", []) for one in part["parameters"]]
    if body.get("messaging_product") != "whatsapp" or body.get("type") != "template":
        return meta_error(400, 100, "(#100) Invalid parameter")
    if not re.fullmatch(r"[1-9]\d{6,14}", body.get("to", "")):
        return meta_error(400, 131009, "(#131009) Parameter value is not valid")
    if not template.get("name") or not template.get("language", {}).get("code"):
        return meta_error(400, 132001, "(#132001) Template name does not exist in the translation")
    if any(not text or re.search(r"[\n\t]| {5}", text) for text in values):
        return meta_error(400, 132005, "Param text cannot have new-line/tab characters")
    found = f"wamid.{hashlib.md5(request.body).hexdigest()}"
    contact = {"input": body["to"], "wa_id": body["to"]}
    return as_json(
        200,
        {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": found}]},
    )


# --- Amazon SNS -----------------------------------------------------------------------------------


def sns_error(status: int, code: str, message: str) -> Answer:
    body = (
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>cdc3c9b8-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
    )
    return Answer(status, body.encode(), {"Content-Type": "text/xml"})


def sns(request: Request) -> Answer:
    """POST / with a form, signed with version 4; the signature is computed anew from what came."""
    signed = request.headers.get("authorization", "")
    names = re.search(r"SignedHeaders=([^,]+)", signed)
    if not names:
        return sns_error(403, "MissingAuthenticationToken", "Request is missing a token")
    stamp = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((datetime.now(UTC) - stamp).total_seconds()) > 900:
        return sns_error(403, "RequestExpired", "Request has expired")
    headers = {name: request.headers[name] for name in names[1].split(";") if name != "x-amz-date"}
    expected = signed_headers(
        "POST",
        f"http://{request.headers['host']}{request.path}",
        headers,
        request.body,
        credentials=AWS,
        scope=("ap-south-1", "sns"),
        now=stamp,
    )
    if expected["authorization"] != signed:
        return sns_error(403, "SignatureDoesNotMatch", "The request signature does not match")
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    if (form.get("Action"), form.get("Version")) != ("Publish", "2010-03-31"):
        return sns_error(400, "InvalidAction", "Could not find operation")
    if not E164.fullmatch(form.get("PhoneNumber", "")) or not form.get("Message"):
        return sns_error(400, "InvalidParameter", "Invalid parameter: PhoneNumber")
    body = (
        '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>'
        "<MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult></PublishResponse>"
    )
    return Answer(200, body.encode(), {"Content-Type": "text/xml"})


# --- a gateway --------------------------------------------------------------------------------


def gateway(request: Request) -> Answer:
    """A gateway that takes {"to", "text", "reference"} with a bearer token."""
    if request.headers.get("authorization") != f"Bearer {GATEWAY_TOKEN}":
        return as_json(403, {"error": "token"})
    body = json.loads(request.body)
    if set(body) != {"to", "text", "reference"} or not E164.fullmatch(body["to"]):
        return as_json(400, {"error": f"invalid {body.get('to')}"})
    return as_json(202, {"message_id": 8127})
