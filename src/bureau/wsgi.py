"""WSGI entry for `/api/` when request rate matters; sockets and streams need `bureau.asgi`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
os.environ.setdefault("BUREAU_DB_POOL", "8")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from bureau.kernel.accounts.proxies import behind_proxies_wsgi

application = behind_proxies_wsgi(django_application)
