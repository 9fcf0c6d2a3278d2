"""Importing this module sets Django up; modules with models can be imported after it."""

from __future__ import annotations

import django

django.setup()
