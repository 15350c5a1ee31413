"""What the acceptance tests share with the end-to-end tests."""

from __future__ import annotations

from tests.e2e.conftest import free_port, simulation, terminal

__all__ = ["free_port", "simulation", "terminal"]
