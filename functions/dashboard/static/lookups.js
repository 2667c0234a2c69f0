// Customer lookups: how they went in the last hour and day, and why a basket has its customer.

import { explain, query, read } from "./api.js";
import { draw, load, look } from "./charts.js";
import { named } from "./codes.js";
import { $, el, fill, notice } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

const SOURCES = { api: _("API"), cache: _("earlier answer"), stale_cache: _("old answer, as the API failed") };
let shown = null;
let filter = {};
let cursor = null;
let turn = 0;

const took = (ms) => (ms === null ? "–" : `${format.count(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms`);
const rate = (percent) => (percent === null ? "–" : format.percent(percent));
const when = (time) => format.instant(time, store().timezone);
const facts = (rows) => rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]);

function report(title, figures) {
  const rows = [
    [_("Hits"), format.count(figures.hits)],
    [_("Hit rate"), rate(figures.hitRate)],
    [_("Hits, 95th percentile"), took(figures.hitP95Ms)],
    [_("Calls"), figures.complete ? format.count(figures.calls) : _("latest {count}", { count: format.count(figures.calls) })],
    [_("Answered"), rate(figures.successRate)],
    [_("Median duration"), took(figures.p50Ms)],
    [_("95th percentile"), took(figures.p95Ms)],
  ];
  return el("div", {}, el("h3", { text: title }), el("dl", {}, ...facts(rows)));
}

export async function showLookups({ older = false } = {}) {
  const mine = ++turn;
  const of = store();
  try {
    const asked = query({ storeId: of.id, limit: 50, ...filter, cursor: older ? cursor : "" });
    const found = await read(`/store/lookups?${asked}`);
    if (mine !== turn) return;
    $("reports").replaceChildren(report(_("Last hour"), found.lastHour), report(_("Last day"), found.lastDay));
    const rows = found.calls.map(row);
    if (older) $("calls").tBodies[0].append(...rows);
    else fill($("calls").tBodies[0], rows);
    cursor = found.nextCursor;
    $("more-calls").hidden = !cursor;
    $("no-calls").hidden = $("calls").tBodies[0].rows.length > 0;
    $("calls").parentElement.hidden = !$("no-calls").hidden;
    shown = found.hours;
    await showHours();
  } catch (error) {
    notice(explain(error), "error");
  }
}

function row(call) {
  const open = el("button", { type: "button", class: "quiet", text: when(call.calledAt), onclick: () => show(call.callId) });
  return el("tr", {},
    el("th", { scope: "row" }, open),
    el("td", { text: call.basketId }),
    el("td", { text: call.customerId ?? "–" }),
    el("td", { text: SOURCES[call.source] }),
    el("td", { text: named(call.outcome) }),
    el("td", { class: "number", text: call.httpStatus ?? "–" }),
    el("td", { class: "number", text: call.attempt || "–" }),
    el("td", { class: "number", text: took(call.durationMs) }));
}

async function show(callId) {
  const of = store();
  try {
    const call = await read(`/store/lookups/${encodeURIComponent(callId)}?${query({ storeId: of.id })}`);
    if (of.id !== store().id) return;
    $("call-facts").replaceChildren(...facts([
      [_("When"), when(call.calledAt)],
      [_("Basket"), call.basketId],
      [_("Customer"), call.customerId ?? "–"],
      [_("Looked up by"), call.identifierKind],
      [_("Source"), SOURCES[call.source]],
      [_("Outcome"), named(call.outcome)],
      [_("Status"), String(call.httpStatus ?? "–")],
      [call.attempt ? _("Duration of the call") : _("The basket waited"), took(call.durationMs)],
    ]));
    $("call-said").textContent = call.response ? _("The API’s response. The audit trail records who reads it.") : _("There is no response to show.");
    $("call-response").hidden = !call.response;
    $("call-response").textContent = indented(call.response ?? "");
    $("call-answer").hidden = !call.answeredBy;
    $("call-answer").onclick = () => show(call.answeredBy);
    if (!$("call").open) $("call").showModal();
  } catch (error) {
    $("call").close();
    notice(explain(error), "error");
  }
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // Not JSON: shown as it was received.
  }
}

async function showHours() {
  const hour = (one) => format.instant(one.startsAt, store().timezone, { hour: "2-digit", minute: "2-digit" });
  fill($("lookup-hours").tBodies[0], shown.map((one) => el("tr", {},
    el("th", { scope: "row", text: hour(one) }),
    ...[format.count(one.hits), format.count(one.misses), rate(one.hitRate), took(one.hitP95Ms), took(one.p95Ms)]
      .map((text) => el("td", { class: "number", text })))));
  try {
    await load();
  } catch {
    // The table shows the same figures.
    $("lookup-charts").hidden = true;
    $("lookup-numbers").open = true;
    return;
  }
  const labels = shown.map(hour);
  draw("lookup-hits", () => chart(labels, "bar", { [_("Hits")]: (one) => one.hits, [_("Misses")]: (one) => one.misses }));
  draw("lookup-latency", () => chart(labels, "line", { [_("Hits")]: (one) => one.hitP95Ms, [_("Misses")]: (one) => one.p95Ms }));
}

function chart(labels, type, lines) {
  const { colour, base } = look();
  const colours = [colour("--sales"), colour("--orders")];
  const axis = { border: { display: false }, beginAtZero: true, stacked: type === "bar", ticks: { maxTicksLimit: 5 } };
  return {
    data: {
      labels,
      datasets: Object.entries(lines).map(([label, value], n) =>
        ({ type, label, data: shown.map(value), backgroundColor: colours[n], borderColor: colours[n], spanGaps: true, pointRadius: 2 })),
    },
    options: {
      ...base,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { stacked: type === "bar", grid: { display: false }, ticks: { maxRotation: 0, autoSkip: true } },
        y: { ...axis, suggestedMax: 1, grid: { color: colour("--line") } },
      },
      plugins: { legend: { position: "bottom" } },
    },
  };
}

const { by, value } = $("call-filter").elements;
by.addEventListener("change", () => {
  value.disabled = !by.value;
  value.required = Boolean(by.value);
  if (!by.value) value.value = "";
});
$("call-filter").addEventListener("submit", (event) => {
  event.preventDefault();
  filter = by.value ? { [by.value]: value.value.trim().replaceAll(" ", by.value === "outcome" ? "_" : " ") } : {};
  showLookups();
});
$("more-calls").addEventListener("click", () => showLookups({ older: true }));
