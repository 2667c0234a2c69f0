// Reconciliation: compares a month's counters with its orders, and repairs those that differ.

import { ask, explain, query, read } from "./api.js";
import { $, el, fill } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";
import { monthsSince } from "./period.js";

const LONGEST_MS = 600000;
const LOOK_AGAIN_MS = 5000;
const MOST_SHOWN = 100;
let looking = null;
let turn = 0;

export async function showReconciliation() {
  const of = store().id;
  clear();
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
    else say("This month has not been compared yet.");
    $("reconcile").disabled = Boolean(running);
    if (!running) return;
    $("repair").disabled = true;
    say(`A run has been in progress since ${instant(running.startedAt)}. It ends by ${instant(running.until)} at the latest.`);
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
  say(repair ? "Recounting and repairing. This may take minutes…" : "Recounting. This may take minutes…");
  try {
    const body = { ...asked(), repair };
    const report = await (await ask("/reconciliations", { method: "POST", body, patience: LONGEST_MS })).json();
    if (mine === turn) show(report);
  } catch (error) {
    if (mine !== turn) return;
    await look();
    const isRefused = error.status < 500;
    if (!isRefused) say(`${explain(error)} The run may still be in progress: compare again in a few minutes.`, "bad");
    else if (error.status !== 409) say(explain(error), "bad");
  }
}

const instant = (time) => format.instant(time, store().timezone, { dateStyle: "medium", timeStyle: "short" });

function show(report) {
  const wrong = report.driftCount;
  const counters = `${format.count(wrong)} ${wrong === 1 ? "counter" : "counters"}`;
  if (wrong === 0) say("Every counter matches the orders.", "good");
  else if (report.repaired) say(`Repaired ${counters}.`, "good");
  else say(`${counters} ${wrong === 1 ? "does" : "do"} not match the orders.`, "bad");
  $("counted-at").textContent = instant(report.readTime);
  $("counted-orders").textContent = format.count(report.orders);
  $("counted-wrong").textContent = format.count(wrong);
  $("repair").disabled = wrong === 0 || report.repaired;
  $("reconcile").disabled = false;
  const drift = report.drift.slice(0, MOST_SHOWN);
  const prefix = `stores/${report.storeId}/`;
  fill($("drift").tBodies[0], drift.map((one) => el("tr", {},
    el("th", { scope: "row", class: "code", text: one.document.startsWith(prefix) ? one.document.slice(prefix.length) : one.document }),
    el("td", { text: one.day ? `${one.counter}, day ${Number(one.day)}` : one.counter }),
    el("td", { class: "number", text: one.expected === null ? "–" : format.count(one.expected) }),
    el("td", { class: "number", text: one.actual === null ? "–" : format.count(one.actual) }))));
  $("drift").parentElement.hidden = drift.length === 0;
  $("more-drift").textContent = drift.length < wrong ? `Showing the first ${format.count(drift.length)} of ${format.count(wrong)}.` : "";
  $("report").hidden = false;
}

$("reconcile-month").addEventListener("change", look);
$("reconcile").addEventListener("click", () => run(false));
$("repair").addEventListener("click", () => {
  $("repair-what").textContent = `This recounts ${$("reconcile-month").selectedOptions[0].textContent} of ${store().name} and corrects every counter that differs from the orders. Orders may keep arriving meanwhile.`;
  $("confirm").showModal();
});
$("confirm").addEventListener("close", () => {
  if ($("confirm").returnValue === "repair") run(true);
  $("confirm").returnValue = "";
});
