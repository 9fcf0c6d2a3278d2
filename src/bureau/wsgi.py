"""WSGI entry for `/api/` when request rate matters; sockets and streams need `bureau.asgi`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
os.environ.setdefault("BUREAU_DB_POOL", "8")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
