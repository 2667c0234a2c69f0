"""The environment is read once, and everything wrong with it is said at once."""

import pytest

from shared.errors import SettingsError
from shared.settings import read_settings

AUTH = {
    "AUTH_ISSUER": "https://issuer.example",
    "AUTH_AUDIENCE": "tillpulse",
    "AUTH_JWKS_URL": "https://issuer.example/keys",
}

A_LIST = 'expected a JSON list such as [{"origin": "https://api.example.com"'


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment)
    return str(refused.value)


def test_a_project_is_enough() -> None:
    settings = read_settings({"GOOGLE_CLOUD_PROJECT": "demo"})
    assert settings.project == "demo"
    assert settings.firestore_database == "(default)"
    assert settings.default_timezone == "UTC"
    assert settings.log_level == "INFO"
    assert settings.auth_issuer is settings.auth_audience is settings.auth_jwks_url is None


def test_every_variable_is_read() -> None:
    environment = {
        "GOOGLE_CLOUD_PROJECT": "demo",
        "FIRESTORE_DATABASE": "orders",
        "DEFAULT_TIMEZONE": "Asia/Tokyo",
        "LOG_LEVEL": "DEBUG",
        "IAP_AUDIENCE": "/projects/1",
        **AUTH,
    }
    settings = read_settings(environment)
    assert (settings.firestore_database, settings.default_timezone) == ("orders", "Asia/Tokyo")
    assert (settings.log_level, settings.iap_audience) == ("DEBUG", "/projects/1")
    assert settings.auth_issuer == "https://issuer.example"
    assert settings.auth_audience == "tillpulse"
    assert settings.auth_jwks_url == "https://issuer.example/keys"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"GOOGLE_CLOUD_PROJECT": ""}, "GOOGLE_CLOUD_PROJECT: expected a project id, got nothing"),
        (
            {"DEFAULT_TIMEZONE": "Mars/Phobos"},
            "DEFAULT_TIMEZONE: expected an IANA time zone such as America/Sao_Paulo, got 'Mars/Phobos'",
        ),
        ({"STORES": "none"}, "STORES: expected any or known, got 'none'"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: expected a level such as INFO, got 'LOUD'"),
        (
            {"SUBJECT_BASKETS_PER_MINUTE": "0"},
            "SUBJECT_BASKETS_PER_MINUTE: expected a whole number from 1 to 100000, got '0'",
        ),
        ({"CUSTOMER_API_ORIGINS": "https://api"}, f'CUSTOMER_API_ORIGINS: {A_LIST}, "stores": ["s-1"]}}]'),
        (
            {"CUSTOMER_API_TOKENS": '["secret"]'},
            f'CUSTOMER_API_TOKENS: {A_LIST}, "token": "…", "stores": ["s-1"]}}]',
        ),
        ({"LOG_LEVEL": "info"}, "LOG_LEVEL: expected a level such as INFO, got 'info'"),
        *(
            ({name: ""}, "AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL: expected all three or none")
            for name in AUTH
        ),
    ],
)
def test_a_wrong_variable_is_named(changed: dict[str, str], said: str) -> None:
    assert problem({"GOOGLE_CLOUD_PROJECT": "demo", **AUTH} | changed) == said


def test_every_problem_is_in_one_error() -> None:
    said = problem({"DEFAULT_TIMEZONE": "x", "LOG_LEVEL": "y", "AUTH_ISSUER": "z"})
    assert [part.split(":")[0] for part in said.split("; ")] == [
        "GOOGLE_CLOUD_PROJECT",
        "DEFAULT_TIMEZONE",
        "LOG_LEVEL",
        "AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL",
    ]


def test_an_empty_auth_variable_is_as_good_as_none() -> None:
    empty = read_settings({"GOOGLE_CLOUD_PROJECT": "demo", **dict.fromkeys(AUTH, ""), "IAP_AUDIENCE": ""})
    assert empty == read_settings({"GOOGLE_CLOUD_PROJECT": "demo"})


IAP = {"GOOGLE_CLOUD_PROJECT": "demo", "IAP_AUDIENCE": "/projects/1/iap"}
AN_ACCESS = '{"ana@example.com": {"stores": "*", "roles": ["admin"]}}'


def test_people_and_pictures_are_let_in_by_name() -> None:
    environment = {
        **IAP,
        **AUTH,
        "OIDC_CLIENT_ID": "dashboard",
        "OIDC_CLIENT_SECRET": "secret",
        "IAP_ACCESS": '{"Ana@Example.com": {"stores": ["s-1"], "roles": ["viewer"]}}',
        "IMAGE_ORIGINS": "https://cdn.example.com, https://*.shop.test:8443",
    }
    settings = read_settings(environment)
    assert (settings.oidc_client_id, settings.oidc_client_secret) == ("dashboard", "secret")
    assert settings.iap_access == {"ana@example.com": {"stores": ["s-1"], "roles": ["viewer"]}}
    assert settings.image_origins == ("https://cdn.example.com", "https://*.shop.test:8443")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("table", ["{", "[]", "null", '"x"', "5"])
def test_who_may_come_through_the_proxy_is_a_json_object(table: str) -> None:
    assert problem(IAP | {"IAP_ACCESS": table}) == f"IAP_ACCESS: expected a JSON object such as {AN_ACCESS}"


@pytest.mark.parametrize(
    "entry",
    [
        '{"ana@example.com": "admin"}',
        '{"ana@example.com": {"stores": "*"}}',
        '{"ana@example.com": {"stores": "*", "roles": ["owner"]}}',
        '{"ana@example.com": {"stores": [], "roles": ["admin"]}}',
        '{"ana@example.com": {"stores": "s-1", "roles": ["admin"]}}',
        '{"ana": {"stores": "*", "roles": ["admin"]}}',
    ],
)
def test_an_entry_that_would_grant_nothing_is_refused(entry: str) -> None:
    said = problem(IAP | {"IAP_ACCESS": entry})
    assert said == f"IAP_ACCESS: expected entries such as {AN_ACCESS}, got {entry}"


@pytest.mark.parametrize(
    "origin",
    [
        "http://cdn.example.com",
        "https:",
        "https://*",
        "https://cdn",
        "https://cdn.example.com/",
        "https://cdn.example.com;script-src",
        "'unsafe-inline'",
        "*",
        "data:",
    ],
)
def test_only_origins_with_tls_may_serve_pictures(origin: str) -> None:
    said = problem({"GOOGLE_CLOUD_PROJECT": "demo", "IMAGE_ORIGINS": origin})
    assert said == f"IMAGE_ORIGINS: expected an origin such as https://cdn.example.com, got {origin!r}"


def test_what_grants_nothing_alone_is_refused() -> None:
    assert problem({"GOOGLE_CLOUD_PROJECT": "demo", "OIDC_CLIENT_ID": "x"}).startswith("OIDC_CLIENT_ID: ")
    assert problem({"GOOGLE_CLOUD_PROJECT": "demo", "IAP_ACCESS": AN_ACCESS}).startswith("IAP_ACCESS: ")


@pytest.mark.parametrize("project", ["demo", "shop-production", "my-demo-shop", "Demo-x"])
def test_the_local_stack_is_never_a_project_of_google_cloud(project: str) -> None:
    said = problem({"GOOGLE_CLOUD_PROJECT": project, "LOCAL_STACK": "1"})
    assert said == f"LOCAL_STACK: expected a project that starts with 'demo-', got {project!r}"
    assert read_settings({"GOOGLE_CLOUD_PROJECT": "demo-shop", "LOCAL_STACK": "1"}).local_stack
