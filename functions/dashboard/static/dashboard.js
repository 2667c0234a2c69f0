// The dashboard: requests the period in the page's URL, shows it, and keeps it up to date.

import { explain, query, read } from "./api.js";
import { showCards, showReturning } from "./cards.js";
import { ALL, sentence } from "./changes.js";
import { draw, load } from "./charts.js";
import { $, notice, showState } from "./dom.js";
import * as format from "./format.js";
import { News } from "./news.js";
import { parameters, remember, setUp, showFacts, store } from "./page.js";
import { LONGEST_RANGE, after, fillPicker, readPeriod, usualComparison } from "./period.js";
import { Poll } from "./poll.js";
import { listShares, sharesChart } from "./shares.js";
import { showCoupons, showProducts } from "./tables.js";
import { _ } from "./texts.js";
import { tabulateTrend, trendChart } from "./trend.js";
import { showTrust } from "./trust.js";

const chosen = () => ({
  period: parameters().get("period") || "",
  compare: parameters().get("compare") ?? usualComparison(parameters().get("period")),
  by: parameters().get("by") || "",
});
let lastAsOf = null;

const isByChange = () => chosen().by === "change" && chosen().compare !== "none";

function question(more = { trend: "period" }) {
  const { period, compare } = chosen();
  const asked = { storeId: store().id, ...readPeriod(period, store().timezone) };
  return query({ ...asked, compare: compare === "none" ? "" : compare, ...more });
}

// The answer of the period compared with, asked again with each new answer: an order of then may come late.
async function readEarlier({ comparison, storeId }) {
  if (!isByChange() || !comparison) return null;
  const { startDate, endDate, year, month } = comparison.period;
  const of = year ? { year, month } : { startDate, endDate };
  return read(`/store/dashboard?${query({ storeId, ...of, ...ALL })}`);
}

async function showTables(data) {
  const asked = question();
  try {
    const before = await readEarlier(data);
    if (asked !== question()) return;
    $("whole-days").hidden = !before || !data.comparison.upTo;
    showProducts(data, before);
    showCoupons(data, before);
  } catch (error) {
    notice(explain(error), "error");
  }
}

async function showCharts(data) {
  tabulateTrend(data);
  listShares(data);
  try {
    await load();
  } catch {
    // The tables and lists show the same figures.
    document.body.dataset.charts = "none";
    $("trend").closest("details").open = true;
    return;
  }
  draw("chart", () => trendChart(data, (period) => go({ period, by: "change" })));
  draw("shares", () => sharesChart(data));
}

function showAsOf(asOf, { stale = false } = {}) {
  lastAsOf = asOf ?? lastAsOf;
  if (!lastAsOf) return;
  const time = format.instant(lastAsOf, store().timezone, { dateStyle: "medium", timeStyle: "medium" });
  $("as-of").textContent = stale ? _("Not updated since {time}", { time }) : _("As of {time}", { time });
  $("as-of").dataset.stale = stale;
}

const name = ({ type, year, month, startDate, endDate }) =>
  (type === "month" ? format.month(year, month) : format.days(startDate, endDate));

function describe({ period, comparison }) {
  const named = name(period);
  if (!comparison) return named;
  const other = comparison.period;
  return comparison.upTo
    ? _("{period}, compared with {other}, both up to {time}", { period: named, other: name(other), time: comparison.upTo })
    : _("{period}, compared with {other}", { period: named, other: name(other) });
}

const news = new News(() => $("figures").querySelectorAll(".card:not(.later), #sentence, td, .slices .number"));
const poll = new Poll({
  path: () => `/store/dashboard?${question({ trend: "period", ...(isByChange() ? ALL : {}) })}`,
  show(data, asOf) {
    notice("");
    if (data.firstAvailablePeriod) showState("");
    else showState(_("Waiting for the first order"), _("This page fills in as soon as the first order arrives."));
    document.body.dataset.state = data.firstAvailablePeriod ? "shown" : "empty";
    $("figures").setAttribute("aria-busy", "false");
    $("span").textContent = describe(data);
    $("sentence").textContent = sentence(data);
    fillPicker($("period"), data.firstAvailablePeriod, data.timezone, chosen().period, !$("range").hidden);
    showFacts(data);
    showCards(data);
    showReturning(`/store/returning-customers?${question({})}`);
    const asked = question();
    showTables(data).then(() => asked === question() && news.show(asked));
    showCharts(data);
    showAsOf(asOf);
  },
  same(asOf) {
    notice("");
    showAsOf(asOf);
  },
  failed(text, isFinal) {
    $("figures").setAttribute("aria-busy", "false");
    showAsOf(null, { stale: true });
    if (lastAsOf && !isFinal) {
      notice(_("{problem} Showing the last known figures. Trying again…", { problem: text }), "error");
      return;
    }
    notice("");
    document.body.dataset.state = "failed";
    if (isFinal) showState(_("Can’t show these figures"), text);
    else showState(_("No figures yet"), _("{problem} The figures will appear as soon as it answers.", { problem: text }), () => poll.ask());
  },
});

function show() {
  const { period, compare } = chosen();
  // Asked first, since the answer takes longest; nothing else is asked until it is there.
  const isShown = poll.ask();
  isShown.then(showTrust);
  lastAsOf = null;
  $("as-of").textContent = "";
  $("store-name").textContent = store().name;
  document.title = `${store().name} · Tillpulse`;
  showFacts(store());
  $("range").hidden = !period.includes("..");
  fillPicker($("period"), null, store().timezone, period, !$("range").hidden);
  if (period.includes("..")) {
    [$("start").value, $("end").value] = period.split("..");
    boundRange();
  }
  $("compare").value = compare === "none" ? "" : compare;
  $("by").value = isByChange() ? "change" : "";
  $("by").parentElement.hidden = compare === "none";
  for (const kind of ["csv", "xlsx"]) $(`export-${kind}`).href = `/store/dashboard.${kind}?${question()}`;
  $("figures").setAttribute("aria-busy", "true");
  return isShown;
}

// The browser itself then says which days the API would refuse.
function boundRange() {
  if (!$("start").value) return;
  $("end").min = $("start").value;
  $("end").max = after($("start").value, LONGEST_RANGE - 1);
}

function go(changed) {
  const now = chosen();
  const next = { store: store().id, period: now.period, compare: parameters().get("compare"), by: now.by, ...changed };
  remember(next);
  show();
}

$("period").addEventListener("change", () => {
  const isRange = $("period").value === "range";
  $("range").hidden = !isRange;
  if (!isRange) return go({ period: $("period").value });
  const { startDate, endDate } = readPeriod("30d", store().timezone);
  $("start").value ||= startDate;
  $("end").value ||= endDate;
  boundRange();
  $("start").focus();
});
$("start").addEventListener("change", boundRange);
$("compare").addEventListener("change", () => go({ compare: $("compare").value || "none" }));
$("by").addEventListener("change", () => go({ by: $("by").value }));
$("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  go({ period: `${$("start").value}..${$("end").value}` });
});
$("more").addEventListener("click", () => news.remember());
$("print").addEventListener("click", () => print());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.dataset.tips = "off";
});
for (const hint of document.querySelectorAll(".hint")) {
  for (const kind of ["pointerenter", "focusin"]) hint.addEventListener(kind, () => delete document.body.dataset.tips);
}
setUp(show);
