"""The HTTP handler under ASGI: one thread a request, from the first middleware to the last.

Every view and most middlewares of the house are synchronous. Django's own handler would carry a request
from the event loop into a thread and back for each step of each of them, some thirty times; here it
goes over once. Answers that stream asynchronously are still sent by the event loop.
"""

from __future__ import annotations

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler


class OneThreadHandler(ASGIHandler):
    """Django's handler with its chain of middlewares left synchronous."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as for WSGI, and enter it through one thread."""
        super().load_middleware(is_async=False)
        chain = self._middleware_chain  # type: ignore[has-type]  # the stubs do not know it
        self._middleware_chain = sync_to_async(chain, thread_sensitive=True)


def http_application() -> OneThreadHandler:
    """The application for HTTP; sets Django up."""
    django.setup(set_prefix=False)
    return OneThreadHandler()
