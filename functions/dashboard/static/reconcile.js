// Reconciliation: compares a month's counters with its orders, and repairs those that differ.

import { ask, explain, query, read } from "./api.js";
import { $, el, fill } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";
import { monthsSince } from "./period.js";
import { _, ngettext } from "./texts.js";

const LONGEST_MS = 600000;
const LOOK_AGAIN_MS = 5000;
const MOST_SHOWN = 100;
// A store that is hot notes it every five minutes.
const HOT_MS = 10 * 60 * 1000;
let looking = null;
let turn = 0;

export async function showReconciliation() {
  const of = store().id;
  clear();
  showHot().catch((error) => say(explain(error), "bad"));
  try {
    const { firstAvailablePeriod, timezone } = await read(`/store/dashboard?${query({ storeId: of, products: 1 })}`);
    if (of !== store().id) return;
    const now = new Date();
    const first = firstAvailablePeriod ?? { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
    $("reconcile-month").replaceChildren(...monthsSince(first, timezone).map(([value, text]) => new Option(text, value)));
  } catch (error) {
    say(explain(error), "bad");
    return;
  }
  await look();
}

async function showHot() {
  const { stores } = await read("/stores");
  const hot = stores.filter(({ deferredAt }) => deferredAt && Date.now() - Date.parse(deferredAt) <= HOT_MS);
  $("hot").hidden = !hot.some(({ storeId }) => storeId === store().id);
  $("hot-stores").hidden = hot.length === 0;
  $("hot-stores").textContent = _("Hot stores: {names}", { names: hot.map(({ name }) => name).join(", ") });
}

function clear() {
  clearTimeout(looking);
  turn += 1;
  $("report").hidden = true;
  $("reconcile").disabled = $("repair").disabled = true;
  say("");
}

function say(text, mood = "") {
  $("reconcile-said").textContent = text;
  $("reconcile-said").dataset.mood = mood;
}

const asked = () => ({ storeId: store().id, month: $("reconcile-month").value });

// Shows the last report; polls while a run is in progress.
async function look() {
  clear();
  const mine = turn;
  try {
    const { running, report } = await read(`/reconciliations?${query(asked())}`);
    if (mine !== turn) return;
    if (report) show(report);
    else say(_("This month has not been compared yet."));
    $("reconcile").disabled = Boolean(running);
    if (!running) return;
    $("repair").disabled = true;
    say(_("A run has been in progress since {start}. It ends by {end} at the latest.", { start: instant(running.startedAt), end: instant(running.until) }));
    looking = setTimeout(look, LOOK_AGAIN_MS);
  } catch (error) {
    if (mine !== turn) return;
    say(explain(error), "bad");
    $("reconcile").disabled = false;
  }
}

async function run(repair) {
  clear();
  const mine = turn;
  say(repair ? _("Recounting and repairing. This may take minutes…") : _("Recounting. This may take minutes…"));
  try {
    const body = { ...asked(), repair };
    const report = await (await ask("/reconciliations", { method: "POST", body, patience: LONGEST_MS })).json();
    if (mine === turn) show(report);
  } catch (error) {
    if (mine !== turn) return;
    await look();
    const isRefused = error.status < 500;
    if (!isRefused) say(_("{problem} The run may still be in progress: compare again in a few minutes.", { problem: explain(error) }), "bad");
    else if (error.status !== 409) say(explain(error), "bad");
  }
}

const instant = (time) => format.instant(time, store().timezone, { dateStyle: "medium", timeStyle: "short" });

function show(report) {
  const wrong = report.driftCount;
  const counted = { count: format.count(wrong) };
  if (wrong === 0) say(_("Every counter matches the orders."), "good");
  else if (report.repaired) say(ngettext("Repaired {count} counter.", "Repaired {count} counters.", wrong, counted), "good");
  else say(ngettext("{count} counter does not match the orders.", "{count} counters do not match the orders.", wrong, counted), "bad");
  $("counted-at").textContent = instant(report.readTime);
  $("counted-orders").textContent = format.count(report.orders);
  $("counted-wrong").textContent = format.count(wrong);
  $("repair").disabled = wrong === 0 || report.repaired;
  $("reconcile").disabled = false;
  const drift = report.drift.slice(0, MOST_SHOWN);
  const prefix = `stores/${report.storeId}/`;
  fill($("drift").tBodies[0], drift.map((one) => el("tr", {},
    el("th", { scope: "row", class: "code", text: one.document.startsWith(prefix) ? one.document.slice(prefix.length) : one.document }),
    el("td", { text: one.day ? _("{counter}, day {day}", { counter: one.counter, day: Number(one.day) }) : one.counter }),
    el("td", { class: "number", text: one.expected === null ? "–" : format.count(one.expected) }),
    el("td", { class: "number", text: one.actual === null ? "–" : format.count(one.actual) }))));
  $("drift").parentElement.hidden = drift.length === 0;
  $("more-drift").textContent = drift.length < wrong ? _("Showing the first {count} of {all}.", { count: format.count(drift.length), all: format.count(wrong) }) : "";
  $("report").hidden = false;
}

$("reconcile-month").addEventListener("change", look);
$("reconcile").addEventListener("click", () => run(false));
$("repair").addEventListener("click", () => {
  $("repair-what").textContent = _("This recounts {month} of {store} and corrects every counter that differs from the orders. Orders may keep arriving meanwhile.", { month: $("reconcile-month").selectedOptions[0].textContent, store: store().name });
  $("confirm").showModal();
});
$("confirm").addEventListener("close", () => {
  if ($("confirm").returnValue === "repair") run(true);
  $("confirm").returnValue = "";
});
