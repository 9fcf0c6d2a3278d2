"""What no child may see: this installation's files, secrets, and the sockets of its servers."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

# folders that everybody needs; a socket in one of them is left to its own permissions
_SHARED = frozenset(map(Path, ("/", "/dev", "/etc", "/run", "/tmp", "/var/run", "/var/tmp")))


def hidden_paths() -> list[str]:
    """Folders and files to put nothing over, as far as they exist here."""
    env = settings.ENV
    found = [env.bureau_data.resolve(), env.bureau_field_keys_file.resolve()]
    for address in (env.redis_url, env.celery_broker_url):
        path = address.partition("unix://")[2] or address.partition("redis+socket://")[2]
        found += [Path(path.partition("?")[0]).resolve().parent] if path else []
    host = str(settings.DATABASES["default"].get("HOST") or "")
    found += [Path(host).resolve()] if host.startswith("/") else []
    return [str(path) for path in dict.fromkeys(found) if path not in _SHARED]
