"""Profiles come back from documents as they went in."""

from typing import Any

import pytest

from shared.documents.profiles import profile_fields, read_profile


@pytest.mark.parametrize(
    ("profile", "fields"),
    [
        (None, None),
        ({"name": "Zoë", "attributes": {"ö": [[1]]}}, {"name": "Zoë", "attributes": '{"ö": [[1]]}'}),
        ({"name": None, "attributes": {}}, {"name": None, "attributes": "{}"}),
    ],
)
def test_attributes_are_kept_as_one_text_that_a_person_can_read(
    profile: dict[str, Any] | None, fields: dict[str, Any] | None
) -> None:
    assert profile_fields(profile) == fields
    assert read_profile(fields) == profile


def test_a_profile_without_attributes_has_none() -> None:
    assert profile_fields({"name": "Ana"}) == {"name": "Ana", "attributes": "{}"}
    assert read_profile({"name": "Ana"}) == {"name": "Ana", "attributes": {}}
    assert read_profile({}) is None
