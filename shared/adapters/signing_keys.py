"""The public keys of an issuer of tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread

import jwt

from shared.errors import KeysUnavailable, NotAuthenticated

_TIMEOUT_S = 3
_FRESH_S = 300
_STALE_S = 24 * 3600
_PAUSE_S = 30
_PAUSE_AFTER_FAILURE_S = 5


class SigningKeys:
    """Finds keys by their id. Whoever has a token with a known key never waits for the issuer.

    Keys older than five minutes are loaded again in the background. While the issuer does not answer, those
    of the last day still hold: a key that was revoked meanwhile stays valid until the issuer answers again.
    An unknown id makes the keys load at once, but at most every 30 s.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._client = jwt.PyJWKClient(url, timeout=_TIMEOUT_S, cache_jwk_set=False)
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._loaded_at = self._not_before = -float("inf")
        self._failure: Exception | None = None
        self._loading = Lock()

    def find(self, key_id: str) -> jwt.PyJWK:
        """Return the key.

        Raises:
            NotAuthenticated: the issuer has no key of this id.
            KeysUnavailable: the issuer does not answer, or not with keys; try again.
        """
        age = self._clock() - self._loaded_at
        if age > _STALE_S:
            # Nobody can be let in before the keys are here, so everybody waits for the same answer.
            with self._loading:
                self._load()
        elif age > _FRESH_S and self._clock() >= self._not_before:
            Thread(target=self._load_unless_loading, daemon=True).start()
        if key_id not in self._keys:
            self._load_unless_loading()
        if key := self._keys.get(key_id):
            return key
        if self._failure:
            raise KeysUnavailable(f"no keys from {self._url}: {self._failure}") from self._failure
        raise NotAuthenticated(f"the token is not valid: the issuer has no key {key_id[:100]!r}")

    def _load_unless_loading(self) -> None:
        if self._loading.acquire(blocking=False):
            try:
                self._load()
            finally:
                self._loading.release()

    def _load(self) -> None:
        now = self._clock()
        if now < self._not_before:
            return
        try:
            keys = {str(key.key_id): key for key in self._client.get_signing_keys()}
        except (jwt.PyJWTError, ValueError, OSError) as error:
            self._failure = error
            self._not_before = now + _PAUSE_AFTER_FAILURE_S
            if now - self._loaded_at > _STALE_S:
                self._keys = {}
        else:
            self._keys, self._loaded_at, self._failure = keys, now, None
            self._not_before = now + _PAUSE_S
