"""What the environment says, read once and checked whole."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.period import zone
from shared.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an instance. The `auth_` ones are None in functions that serve no users."""

    project: str
    firestore_database: str
    default_timezone: str
    log_level: str
    auth_issuer: str | None
    auth_audience: str | None
    auth_jwks_url: str | None
    iap_audience: str | None
    valkey_url: str
    memorystore_instance: str | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings.

    Raises:
        SettingsError: lists every variable that is missing or wrong; the instance must not serve.
    """
    settings = Settings(
        project=environment.get("GOOGLE_CLOUD_PROJECT", ""),
        firestore_database=environment.get("FIRESTORE_DATABASE", "(default)"),
        default_timezone=environment.get("DEFAULT_TIMEZONE", "UTC"),
        log_level=environment.get("LOG_LEVEL", "INFO"),
        auth_issuer=environment.get("AUTH_ISSUER") or None,
        auth_audience=environment.get("AUTH_AUDIENCE") or None,
        auth_jwks_url=environment.get("AUTH_JWKS_URL") or None,
        iap_audience=environment.get("IAP_AUDIENCE") or None,
        valkey_url=environment.get("VALKEY_URL", ""),
        memorystore_instance=environment.get("MEMORYSTORE_INSTANCE") or None,
    )
    problems = []
    if not settings.project:
        problems.append("GOOGLE_CLOUD_PROJECT: expected a project id, got nothing")
    try:
        zone(settings.default_timezone)
    except ValueError as error:
        problems.append(f"DEFAULT_TIMEZONE: {error}")
    if settings.log_level not in logging.getLevelNamesMapping():
        problems.append(f"LOG_LEVEL: expected a level such as INFO, got {settings.log_level!r}")
    auth = (settings.auth_issuer, settings.auth_audience, settings.auth_jwks_url)
    if any(auth) and not all(auth):
        problems.append("AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL: expected all three or none")
    if problems:
        raise SettingsError("; ".join(problems))
    return settings
