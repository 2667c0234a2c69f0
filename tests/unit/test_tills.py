"""Which store a till means, and whether its token grants it."""

import pytest

from shared.domain.viewer import Viewer, read_claims
from shared.entry.tills import Refused, store_of


def a_viewer(stores: list[str] | None, *roles: str) -> Viewer:
    return read_claims({"sub": "till-1", "stores": "*" if stores is None else stores, "roles": list(roles)})


def test_a_store_is_named_or_the_only_one_of_the_token() -> None:
    assert store_of(a_viewer(["s-1"], "till"), None, "till") == "s-1"
    assert store_of(a_viewer(["s-1", "s-2"], "till"), "s-2", "till") == "s-2"
    assert store_of(a_viewer(None, "admin"), "any/store", "till") == "any/store"


@pytest.mark.parametrize(
    ("viewer", "store_id", "code"),
    [
        (a_viewer(["s-1"]), None, "FORBIDDEN"),
        (a_viewer(["s-1"]), "s-1", "FORBIDDEN"),
        (a_viewer(None), "s-1", "FORBIDDEN"),
        (a_viewer(["s-1"], "till"), "s-2", "FORBIDDEN"),
        (a_viewer([], "till"), "s-1", "FORBIDDEN"),
        (a_viewer([], "till"), None, "FORBIDDEN"),
        (a_viewer(["s-1"], "viewer"), None, "FORBIDDEN"),
        (a_viewer(["s-1"], "viewer"), "s-1", "FORBIDDEN"),
        (a_viewer(["s-1", "s-2"], "till"), None, "STORE_REQUIRED"),
        (a_viewer(None, "till"), None, "STORE_REQUIRED"),
        (a_viewer(None, "till"), "", "BAD_USER_INPUT"),
    ],
)
def test_a_token_without_the_store_or_without_a_role_is_refused(
    viewer: Viewer, store_id: str | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        store_of(viewer, store_id, "till")
    assert (refused.value.extensions or {})["code"] == code
