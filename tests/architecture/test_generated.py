"""What is generated from the code is what the code would generate."""

from __future__ import annotations

from tools import make_openapi, make_settings_reference


def test_the_openapi_document_is_up_to_date() -> None:
    assert make_openapi.TARGET.read_text() == make_openapi.document(), "run `make openapi`"


def test_the_settings_reference_is_up_to_date() -> None:
    assert make_settings_reference.TARGET.read_text() == make_settings_reference.document(), (
        "run `make settings-reference`"
    )
