"""What goes wrong is answered as problem details (RFC 9457)."""

import json
from http import HTTPStatus

from shared.entry.problem import Problem, code_of


def test_a_problem_says_what_is_wrong_with_each_field() -> None:
    errors = {"year": "expected a valid integer, got 'x'", "": "expected year and month together"}
    codes = {"year": ("int_parsing", {"got": "'x'"})}
    problem = Problem(HTTPStatus.BAD_REQUEST, "two things", errors, {"Retry-After": "1"}, codes=codes)
    response = problem.response()
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert response.headers["Retry-After"] == "1"
    assert json.loads(response.data) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "bad-request",
        "detail": "two things",
        "errors": [
            {
                "field": "year",
                "detail": "expected a valid integer, got 'x'",
                "code": "int_parsing",
                "values": {"got": "'x'"},
            },
            {"field": "", "detail": "expected year and month together", "code": "wrong", "values": {}},
        ],
    }


def test_a_problem_without_fields_has_no_list_of_them() -> None:
    body = json.loads(Problem(HTTPStatus.NOT_FOUND, "no store 's-1'").response().data)
    assert body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "not-found",
        "detail": "no store 's-1'",
    }


def test_an_error_s_code_is_its_name() -> None:
    assert code_of("StoreSettled") == "store-settled"
