"""ASGI entry: HTTP and WebSocket in one process."""

from __future__ import annotations

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
# under ASGI persistent connections leak one a thread; a pool is not optional
os.environ.setdefault("BUREAU_DB_POOL", "8")

from bureau.kernel.ops.handler import http_application

django_application = http_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import re_path

from bureau.desks.grievances.sockets import mounted
from bureau.kernel.accounts.origins import SocketOrigins
from bureau.kernel.accounts.proxies import behind_proxies
from bureau.kernel.events.consumers import NoSuchSocket
from bureau.kernel.files.admission import admit_body
from bureau.kernel.files.body_limit import Application, limit_body
from bureau.kernel.ops.warming import lifespan
from bureau.urls import websocket_urlpatterns

application = behind_proxies(
    mounted(
        ProtocolTypeRouter(
            {
                "lifespan": lifespan,
                "http": limit_body(
                    cast(Application, django_application),
                    max_bytes=settings.MAX_UPLOAD_BYTES,
                    admit=admit_body,
                ),
                "websocket": SocketOrigins(
                    URLRouter([*websocket_urlpatterns, re_path("", NoSuchSocket.as_asgi())])
                ),
            }
        )
    )
)
