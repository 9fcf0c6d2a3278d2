"""A real nginx with the configuration of deploy/nginx-tls.conf and a certificate made for the test."""

from __future__ import annotations

import datetime
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.external_postgres import free_port
from tests.needs import nginx_program, require

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "nginx-tls.conf"
# what a distribution's own nginx.conf has around the example
AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/bureau.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its https and http addresses, and the certificate to trust."""

    url: str
    plain_url: str
    certificate: Path


@contextmanager
def nginx_before(port: int, folder: Path, *, body_megabytes: int) -> Iterator[Nginx]:
    """nginx in front of the web process on `port`, for the length of a `with` block."""
    require("nginx")
    program = nginx_program()
    assert program is not None
    https, http = free_port(), free_port()
    certificate, key = write_certificate(folder)
    replaced = {
        "bureau.example.org": "localhost",
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "listen 443": f"listen 127.0.0.1:{https}",
        "listen 80": f"listen 127.0.0.1:{http}",
        "/etc/ssl/bureau/fullchain.pem": str(certificate),
        "/etc/ssl/bureau/privkey.pem": str(key),
        "client_max_body_size 51m": f"client_max_body_size {body_megabytes}m",
    }
    text = EXAMPLE.read_text("utf-8")
    for old, new in replaced.items():
        assert old in text, f"the example no longer says {old!r}"
        text = text.replace(old, new)
    (folder / "bureau.conf").write_text(text)
    # the folders of a test are its account's own
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        _wait_for(https, process, folder)
        yield Nginx(f"https://localhost:{https}", f"http://localhost:{http}", certificate)
    finally:
        process.terminate()
        process.wait(20)


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "fullchain.pem", folder / "privkey.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    os.chmod(private, 0o600)
    return chain, private


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")
