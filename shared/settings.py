"""Settings from the environment, read once and validated together."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from shared.domain.api_origins import ApiOrigin, read_origins
from shared.domain.order import CODES
from shared.domain.period import zone
from shared.domain.retention import Retention
from shared.domain.viewer import read_claims
from shared.domain.webhook_grant import WebhookGrant, read_grants
from shared.errors import SettingsError

_WEBHOOK_SECRETS = "_WEBHOOK_SECRETS"
_AN_ACCESS = '{"ana@example.com": {"stores": "*", "roles": ["admin"]}}'
_ORIGIN = re.compile(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an instance. The `auth_` ones are None in functions that serve no users.

    `webhook_secrets` is {payment provider: secrets and what each may speak for}, from
    BRAVIVE_WEBHOOK_SECRETS and the like. `defer` says for which stores group commits defer the tallies: those
    measured as hot, all, or none. `threads` is how many requests an instance serves at once: the
    topology's `concurrency`, as functions-framework is told it. `local_stack` is never set on Google Cloud:
    it allows plain HTTP, and people may sign in with a pasted token. `events_create_stores` is false for
    STORES=known: the events of an unknown store are kept as dead letters. `customer_api_tokens` are origins
    with their tokens, `customer_api_origins` those that may be called besides that of the endpoint.
    `unpaid_status_codes` are codes of an order that still awaits its payment, beside CREATED.
    `iap_access` is {e-mail address in lower case: claims}, what people whom Identity-Aware Proxy lets through
    are granted. `image_origins` are the origins that pages may load product pictures from. `traces` says
    where spans go, and which share of traces; None for none.
    """

    project: str
    firestore_database: str
    default_timezone: str
    events_create_stores: bool
    log_level: str
    traces: tuple[str, float] | None
    auth_issuer: str | None
    auth_audience: str | None
    auth_jwks_url: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None = field(repr=False)
    iap_audience: str | None
    iap_access: Mapping[str, Mapping[str, Any]]
    image_origins: tuple[str, ...]
    valkey_url: str
    memorystore_instance: str | None
    unpaid_after_hours: int
    unpaid_status_codes: frozenset[int]
    most_expired_per_run: int
    group_wait_ms: int
    defer: Literal["auto", "always", "never"]
    threads: int
    webhook_secrets: Mapping[str, tuple[WebhookGrant, ...]] = field(repr=False)
    local_stack: bool
    customer_api_endpoint: str | None
    customer_api_origins: tuple[ApiOrigin, ...]
    customer_api_tokens: tuple[ApiOrigin, ...] = field(repr=False)
    subject_baskets_per_minute: int
    store_baskets_per_minute: int
    subject_range_months_per_minute: int
    store_range_months_per_minute: int
    most_range_reads: int
    lookup_salt: str = field(repr=False)
    pseudonym_salt: str = field(repr=False)
    retention: Retention


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings.

    Raises:
        SettingsError: lists every variable that is missing or invalid; the instance must not serve.
    """
    problems: list[str] = []
    settings = Settings(
        project=environment.get("GOOGLE_CLOUD_PROJECT", ""),
        firestore_database=environment.get("FIRESTORE_DATABASE", "(default)"),
        default_timezone=environment.get("DEFAULT_TIMEZONE", "UTC"),
        events_create_stores=environment.get("STORES") != "known",
        log_level=environment.get("LOG_LEVEL", "INFO"),
        traces=_traces(environment, "TRACES", problems),
        auth_issuer=environment.get("AUTH_ISSUER") or None,
        auth_audience=environment.get("AUTH_AUDIENCE") or None,
        auth_jwks_url=environment.get("AUTH_JWKS_URL") or None,
        oidc_client_id=environment.get("OIDC_CLIENT_ID") or None,
        oidc_client_secret=environment.get("OIDC_CLIENT_SECRET") or None,
        iap_audience=environment.get("IAP_AUDIENCE") or None,
        iap_access=_iap_access(environment.get("IAP_ACCESS") or "{}", problems),
        image_origins=tuple(re.findall(r"[^,\s]+", environment.get("IMAGE_ORIGINS", ""))),
        valkey_url=environment.get("VALKEY_URL", ""),
        memorystore_instance=environment.get("MEMORYSTORE_INSTANCE") or None,
        unpaid_after_hours=_whole(environment, "UNPAID_AFTER_HOURS", 24, 8784, problems),
        unpaid_status_codes=_codes(environment, "UNPAID_STATUS_CODES", problems),
        most_expired_per_run=_whole(environment, "MOST_EXPIRED_PER_RUN", 1000, 100_000, problems),
        group_wait_ms=_whole(environment, "GROUP_WAIT_MS", 5, 1000, problems),
        defer=_defer(environment, "DEFER", problems),
        threads=_whole(environment, "THREADS", 16, 1000, problems),
        webhook_secrets=_webhook_secrets(environment, problems),
        local_stack=environment.get("LOCAL_STACK") == "1",
        customer_api_endpoint=environment.get("CUSTOMER_API_ENDPOINT") or None,
        customer_api_origins=_origins(environment, "CUSTOMER_API_ORIGINS", problems),
        customer_api_tokens=_origins(environment, "CUSTOMER_API_TOKENS", problems, with_token=True),
        subject_baskets_per_minute=_whole(environment, "SUBJECT_BASKETS_PER_MINUTE", 60, 100_000, problems),
        store_baskets_per_minute=_whole(environment, "STORE_BASKETS_PER_MINUTE", 600, 100_000, problems),
        subject_range_months_per_minute=_whole(
            environment, "SUBJECT_RANGE_MONTHS_PER_MINUTE", 300, 100_000, problems
        ),
        store_range_months_per_minute=_whole(
            environment, "STORE_RANGE_MONTHS_PER_MINUTE", 3000, 100_000, problems
        ),
        most_range_reads=_whole(environment, "MOST_RANGE_READS", 20_000, 1_000_000, problems),
        lookup_salt=environment.get("LOOKUP_SALT", ""),
        pseudonym_salt=environment.get("PSEUDONYM_SALT", ""),
        retention=Retention(
            baskets=_days(environment, "KEEP_BASKETS_DAYS", 90, problems),
            lookups=_days(environment, "KEEP_LOOKUPS_DAYS", 30, problems),
            lookup_calls=_days(environment, "LOOKUP_CALL_DAYS", 90, problems),
            outbox=_days(environment, "KEEP_OUTBOX_DAYS", 30, problems),
        ),
    )
    if not settings.project:
        problems.append("GOOGLE_CLOUD_PROJECT: expected a project id, got nothing")
    try:
        zone(settings.default_timezone)
    except ValueError as error:
        problems.append(f"DEFAULT_TIMEZONE: {error}")
    if (stores := environment.get("STORES") or "any") not in ("any", "known"):
        problems.append(f"STORES: expected any or known, got {stores!r}")
    if settings.log_level not in logging.getLevelNamesMapping():
        problems.append(f"LOG_LEVEL: expected a level such as INFO, got {settings.log_level!r}")
    problems += _check_sign_in(settings)
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _check_sign_in(settings: Settings) -> Iterator[str]:
    auth = (settings.auth_issuer, settings.auth_audience, settings.auth_jwks_url)
    if any(auth) and not all(auth):
        yield "AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL: expected all three or none"
    if settings.oidc_client_id and not settings.auth_issuer:
        yield "OIDC_CLIENT_ID: expected AUTH_ISSUER too, the issuer that knows the client"
    if settings.iap_access and not settings.iap_audience:
        yield "IAP_ACCESS: expected IAP_AUDIENCE too, or it grants nothing"
    for origin in settings.image_origins:
        if not _ORIGIN.fullmatch(origin):
            yield f"IMAGE_ORIGINS: expected an origin such as https://cdn.example.com, got {origin!r}"
    if settings.local_stack and not settings.project.startswith("demo-"):
        yield f"LOCAL_STACK: expected a project that starts with 'demo-', got {settings.project!r}"


def _whole(environment: Mapping[str, str], name: str, default: int, most: int, problems: list[str]) -> int:
    text = environment.get(name) or str(default)
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) and 1 <= int(text) <= most:
        return int(text)
    problems.append(f"{name}: expected a whole number from 1 to {most}, got {text!r}")
    return default


def _defer(
    environment: Mapping[str, str], name: str, problems: list[str]
) -> Literal["auto", "always", "never"]:
    match text := environment.get(name) or "auto":
        case "auto" | "always" | "never":
            return text
    problems.append(f"{name}: expected auto, always or never, got {text!r}")
    return "auto"


def _days(environment: Mapping[str, str], name: str, default: int, problems: list[str]) -> timedelta:
    return timedelta(days=_whole(environment, name, default, 3650, problems))


def _traces(environment: Mapping[str, str], name: str, problems: list[str]) -> tuple[str, float] | None:
    text = environment.get(name, "")
    found = re.fullmatch(r"(cloud|console):(0(?:\.\d+)?|1(?:\.0+)?)", text)
    if text and not found:
        problems.append(f"{name}: expected cloud or console and a share, such as cloud:0.01, got {text!r}")
    return (found[1], float(found[2])) if found else None


def _codes(environment: Mapping[str, str], name: str, problems: list[str]) -> frozenset[int]:
    given = [text.strip() for text in environment.get(name, "").split(",")] if environment.get(name) else []
    codes = [int(text) for text in given if re.fullmatch(r"\d{1,2}", text, re.ASCII)]
    if len(codes) < len(given) or CODES.keys() & codes:
        problems.append(
            f"{name}: expected codes from 0 to 99 other than {', '.join(map(str, CODES))}, separated by"
            f" commas, got {environment[name]!r}"
        )
    return frozenset(codes)


def _webhook_secrets(
    environment: Mapping[str, str], problems: list[str]
) -> Mapping[str, tuple[WebhookGrant, ...]]:
    grants = {}
    for name, value in environment.items():
        if name.endswith(_WEBHOOK_SECRETS):
            try:
                grants[name.removesuffix(_WEBHOOK_SECRETS).lower()] = read_grants(value)
            except ValueError as error:
                problems.append(f"{name}: {error}")
    return grants


def _origins(
    environment: Mapping[str, str], name: str, problems: list[str], *, with_token: bool = False
) -> tuple[ApiOrigin, ...]:
    try:
        return read_origins(environment.get(name) or "[]", with_token=with_token)
    except ValueError as error:
        problems.append(f"{name}: {error}")
        return ()


def _iap_access(text: str, problems: list[str]) -> Mapping[str, Mapping[str, Any]]:
    try:
        table = json.loads(text)
    except ValueError:
        table = None
    if not isinstance(table, dict):
        problems.append(f"IAP_ACCESS: expected a JSON object such as {_AN_ACCESS}")
        return {}
    for email, claims in table.items():
        if "@" not in email or not isinstance(claims, dict) or not read_claims(claims).grants:
            entry = json.dumps({email: claims})
            problems.append(f"IAP_ACCESS: expected entries such as {_AN_ACCESS}, got {entry}")
    return {email.lower(): claims for email, claims in table.items()}
