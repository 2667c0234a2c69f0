// Customer lookups: a summary of the last hour and day, and the latest calls.

import { explain, query, read } from "./api.js";
import { $, el, fill, notice } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";

const took = (ms) => (ms === null ? "–" : `${format.count(Math.round(ms))} ms`);

function report(title, figures) {
  const rows = [
    ["Calls", figures.complete ? format.count(figures.calls) : `latest ${format.count(figures.calls)}`],
    ["Answered", figures.successRate === null ? "–" : format.percent(figures.successRate)],
    ["Median duration", took(figures.p50Ms)],
    ["95th percentile", took(figures.p95Ms)],
  ];
  return el("div", {}, el("h3", { text: title }),
    el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })])));
}

export async function showLookups() {
  const of = store();
  try {
    const found = await read(`/store/lookups?${query({ storeId: of.id, limit: 50 })}`);
    if (of.id !== store().id) return;
    $("reports").replaceChildren(report("Last hour", found.lastHour), report("Last day", found.lastDay));
    fill($("calls").tBodies[0], found.calls.map((call) => el("tr", {},
      el("th", { scope: "row", text: format.instant(call.calledAt, of.timezone) }),
      el("td", { text: call.outcome.replaceAll("_", " ") }),
      el("td", { class: "number", text: call.httpStatus ?? "–" }),
      el("td", { class: "number", text: call.attempt }),
      el("td", { class: "number", text: took(call.durationMs) }))));
    $("calls").parentElement.hidden = found.calls.length === 0;
    $("no-calls").hidden = found.calls.length > 0;
  } catch (error) {
    notice(explain(error), "error");
  }
}
