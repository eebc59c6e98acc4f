"""The same desk as where suggestions are decided about."""

from tests.learning.deciding.conftest import loop, seeded, template_id

__all__ = ["loop", "seeded", "template_id"]
