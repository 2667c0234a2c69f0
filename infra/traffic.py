"""Move the functions' traffic between revisions: back to what ran before a deploy, or to a new one in steps.

A function is a service of Cloud Run underneath, which keeps its former revisions. The next deploy sends all
traffic to the newest revision again, unless `hold_traffic` is set.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import google.auth
from google.auth.transport.requests import AuthorizedSession

from infra.run_gcloud import Refused, run_gcloud

STEPS = (10, 50, 100)
"""Percent of traffic that a new revision has, one after the other."""

STEP_S = 600
"""Monitoring shows an answer after some minutes, and one burn window must lie within the step."""

MOST_BURN = 14.4
"""How many times as fast as allowed an objective's budget may burn; as in the alerts that wake people."""

A_DEPLOY = timedelta(hours=1)
_WINDOW_S = 300

Run = Callable[[Sequence[str]], Any]
"""Runs gcloud with these arguments; returns what it prints as JSON."""


class TrafficError(Exception):
    """gcloud or Monitoring refused; the text says why. Traffic is as the lines before say."""


@dataclass(frozen=True, slots=True)
class Move:
    """A function whose traffic moves, the newest revision, and the one that ran before it."""

    function: str
    new: str
    old: str


def find_moves(revisions: Iterable[Mapping[str, Any]], since: datetime | None = None) -> list[Move]:
    """Return a move for each function that a deploy changed.

    Args:
        revisions: as `gcloud run revisions list --format=json` prints them.
        since: when the deploy began; without it, an hour before the newest of all revisions.
    """
    ready = sorted(filter(_is_ready, revisions), key=_created)
    since = since or max(map(_created, ready), default=datetime.now(UTC)) - A_DEPLOY
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for one in ready:
        names = after if _created(one) >= since else before
        names[one["metadata"]["labels"]["serving.knative.dev/service"]] = one["metadata"]["name"]
    return [Move(name, new, before[name]) for name, new in sorted(after.items()) if name in before]


def send(run: Run, region: str, move: Move, percent: int) -> None:
    """Give the new revision so much of the traffic, and the old one the rest."""
    shares = {move.new: percent, move.old: 100 - percent}
    assigned = ",".join(f"{revision}={share}" for revision, share in shares.items() if share)
    run(
        [
            "run",
            "services",
            "update-traffic",
            move.function,
            f"--region={region}",
            f"--to-revisions={assigned}",
        ]
    )


def shift(
    moves: Sequence[Move],
    give: Callable[[Move, int], None],
    read_burns: Callable[[], Mapping[str, float]],
    sleep: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = click.echo,
) -> bool:
    """Give the new revisions their traffic step by step; give all of it back once an objective is missed.

    Args:
        moves: what the deploy changed.
        give: gives a move's new revision a percentage.
        read_burns: returns {objective: how many times too fast its budget burns}.
        sleep: waits for so many seconds.
        say: told of each step.

    Returns:
        Whether the new revisions have all traffic now.
    """
    for percent in STEPS:
        for move in moves:
            give(move, percent)
        say(f"{percent} % of the traffic goes to the new revisions; watching for {STEP_S // 60} minutes")
        sleep(STEP_S)
        missed = {name: burn for name, burn in read_burns().items() if burn > MOST_BURN}
        if missed:
            for move in moves:
                give(move, 0)
            burning = ", ".join(f"{name} burns {burn:.1f} times too fast" for name, burn in missed.items())
            say(f"{burning}: all traffic is back on the old revisions")
            return False
    return True


def read_burns(session: Any, objectives: Mapping[str, str], now: datetime) -> dict[str, float]:
    """Return {objective: its budget's burn rate in the last minutes}; one without traffic is left out.

    Args:
        session: a `requests` session that Google knows.
        objectives: {objective: its resource name}, as the output `objectives` has them.
        now: the end of the window.

    Raises:
        TrafficError: Monitoring refused.
    """
    found = {}
    for name, resource in objectives.items():
        answer = session.get(
            f"https://monitoring.googleapis.com/v3/{'/'.join(resource.split('/')[:2])}/timeSeries",
            params={
                "filter": f'select_slo_burn_rate("{resource}", "{_WINDOW_S}s")',
                "interval.startTime": (now - timedelta(seconds=_WINDOW_S)).isoformat(),
                "interval.endTime": now.isoformat(),
            },
            timeout=30,
        )
        if not answer.ok:
            raise TrafficError(f"burn rate of {name}: {answer.status_code}: {answer.text[:300]}")
        values = [
            float(point["value"]["doubleValue"])
            for series in answer.json().get("timeSeries", [])
            for point in series["points"][:1]
        ]
        if values:
            found[name] = max(values)
    return found


def _created(revision: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(revision["metadata"]["creationTimestamp"])


def _is_ready(revision: Mapping[str, Any]) -> bool:
    conditions = revision.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


@click.command()
@click.argument("what", type=click.Choice(["rollback", "shift"]))
@click.option("--since", type=click.DateTime(), help="When the deploy began, in UTC.")
@click.option("--dry-run", is_flag=True, help="Say what would move, and move nothing.")
def main(what: str, since: datetime | None, dry_run: bool) -> None:
    """Send traffic back to what ran before a deploy, or to what it brought, in steps.

    Standard input holds Terraform's outputs.
    """
    outputs = json.loads(sys.stdin.read().strip() or "{}")
    if not outputs:
        sys.exit("Terraform has no outputs (its message is above): run make plan first")
    project, region = outputs["topics"]["dead-letters"].split("/")[1], outputs["region"]

    def run(arguments: Sequence[str]) -> Any:
        answer = run_gcloud([*arguments, f"--project={project}"])
        if isinstance(answer, Refused):
            raise TrafficError(answer.words)
        return answer

    def give(move: Move, percent: int) -> None:
        send(run, region, move, percent)

    try:
        began = since.replace(tzinfo=UTC) if since else None
        moves = find_moves(run(["run", "revisions", "list", f"--region={region}"]), began)
        for move in moves:
            to, of = (move.old, move.new) if what == "rollback" else (move.new, move.old)
            click.echo(f"{move.function}: {of} → {to}")
        if dry_run or not moves:
            click.echo(
                f"{len(moves)} functions would move" if dry_run else "No function has a newer revision"
            )
            return
        if what == "rollback":
            for move in moves:
                give(move, 0)
            click.echo(f"{len(moves)} functions run their former revisions until the next deploy")
            return
        credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/monitoring.read"])
        session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
        sys.exit(
            not shift(moves, give, lambda: read_burns(session, outputs["objectives"], datetime.now(UTC)))
        )
    except TrafficError as error:
        sys.exit(f"Traffic did not move as asked: {error}")


if __name__ == "__main__":
    main()
