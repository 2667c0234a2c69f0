// The audit trail: who changed or exported what, and what it was before.

import { explain, query, read } from "./api.js";
import { named } from "./codes.js";
import { $, el, notice } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

const ACTIONS = {
  "store.changed": _("Change the store's settings"),
  "store.moved": _("Move the store to another time zone"),
  "month.reconciled": _("Reconcile a month"),
  "dashboard.exported": _("Export the dashboard"),
  "customers.searched": _("Search the customers"),
  "customer.exported": _("Export a customer's data"),
  "customer.erased": _("Erase a customer"),
  "lookups.configured": _("Change the lookup settings"),
  "lookups.read": _("Read an answer of the customer API"),
  "dead_letter.replayed": _("Replay a dead letter"),
  "dead_letter.corrected": _("Send an edited dead letter"),
  "dead_letter.discarded": _("Discard a dead letter"),
  "dead_letter.reopened": _("Undo the discard of a dead letter"),
  "session.opened": _("Sign in"),
  "session.closed": _("Sign out"),
};
let cursor = null;
let turn = 0;

export async function showAudit({ older = false } = {}) {
  const mine = ++turn;
  const ofStore = ($("audit-scope")?.value ?? "store") === "store";
  const asked = query({ storeId: ofStore ? store().id : "", limit: 20, cursor: older ? cursor : "" });
  try {
    const found = await read(`${ofStore ? "/store/audit" : "/audit"}?${asked}`);
    if (mine !== turn) return;
    if (!older) $("audit").replaceChildren();
    $("audit").append(...found.entries.map(item));
    cursor = found.nextCursor;
    $("more-audit").hidden = !cursor;
    $("no-audit").hidden = $("audit").children.length > 0;
  } catch (error) {
    notice(explain(error), "error");
  }
}

function item(entry) {
  const done = entry.outcome === "done";
  const result = done ? named(entry.outcome) : `${named(entry.outcome)} (${entry.status})`;
  const made = el("li", {},
    el("p", { class: "reason", text: ACTIONS[entry.action] ?? entry.action }),
    el("p", { class: "facts" },
      el("span", { "data-outcome": entry.outcome, text: result }),
      el("span", { text: format.instant(entry.at, store().timezone) }),
      el("span", { text: _("by {subject}", { subject: entry.subject }) })));
  made.append(el("details", {}, el("summary", { text: _("Details") }), el("dl", {}, ...details(entry).flat())));
  return made;
}

function details({ target, before, after, issuer }) {
  const rows = Object.entries(after ?? {}).map(([name, value]) =>
    [name, before ? `${written(before[name])} → ${written(value)}` : written(value)]);
  if (target) rows.unshift([_("of"), target]);
  rows.push([_("signed in by"), issuer]);
  return rows.map(([name, text]) => [el("dt", { text: name }), el("dd", { text })]);
}

const written = (value) => (typeof value === "string" ? value : JSON.stringify(value ?? null));

$("audit-scope")?.addEventListener("change", () => showAudit());
$("more-audit").addEventListener("click", () => showAudit({ older: true }));
