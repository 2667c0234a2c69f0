"""What Valkey runs by itself, in one step, and the values that it stores: "<version> <value>"."""

from __future__ import annotations

import re
from typing import NamedTuple

PUT_IF_NEWER = """
local stored = redis.pcall('GET', KEYS[1])
local version = type(stored) == 'string' and string.match(stored, '^0*(%d+) ')
local new = ARGV[1]
-- Compared as text: a Lua number is exact only up to 2^53.
if version and (#version > #new or (#version == #new and version > new)) then
  return 0
end
redis.call('SET', KEYS[1], new .. ' ' .. ARGV[2], 'EX', ARGV[3])
return 1
"""
GET_AND_RENEW = """
local found = {}
for i, key in ipairs(KEYS) do
  local stored = redis.pcall('GET', key)
  found[i] = type(stored) == 'string' and stored
  if found[i] and not string.match(stored, '^0+ ') then
    redis.call('EXPIRE', key, ARGV[1])
  end
end
return found
"""
TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + now[2] / 1000
local window, uses = tonumber(ARGV[1]), tonumber(ARGV[2])
local wait, full_at = 0, {}
for i, key in ipairs(KEYS) do
  -- When all that was taken is given back: a window holds `limit` uses, given back one by one.
  local each = uses * window / tonumber(ARGV[i + 2])
  full_at[i] = math.max(now, tonumber(redis.call('GET', key) or 0)) + each
  wait = math.max(wait, full_at[i] - window - now)
end
if wait > 0 then
  return math.ceil(wait)
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', full_at[i]), 'PX', math.ceil(full_at[i] - now))
end
return 0
"""
_STORED = re.compile(rb"(\d+) (.*)", re.DOTALL)


class Versioned(NamedTuple):
    """A value and the version of the data it was made from."""

    version: int
    value: bytes


def parse_stored(stored: bytes | None) -> Versioned | None:
    """Return the value that the bytes hold, None where there is none in our format."""
    parsed = _STORED.fullmatch(stored or b"")
    return Versioned(int(parsed[1]), parsed[2]) if parsed else None
