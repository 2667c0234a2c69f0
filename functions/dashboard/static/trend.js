// The trend of the period, by day or by week, and behind it that of the period compared with: a chart and a table.

import { look } from "./charts.js";
import { $, el, fill } from "./dom.js";
import { sum } from "./exact.js";
import { cells, headings, write } from "./figures.js";
import * as format from "./format.js";
import { _ } from "./texts.js";

const MOST_DAYS = 92;
const WEEK = 7;
const FEW_BARS = 14;
const LONG = { day: "numeric", month: "short", year: "numeric" };

// Weeks are counted back from the last day, so that the latest one is whole.
function weeks(days) {
  const found = [];
  for (let end = days.length; end > 0; end -= WEEK) found.unshift(days.slice(Math.max(0, end - WEEK), end));
  return found;
}

function total(days) {
  if (!days?.length) return null;
  const figures = Object.keys(days[0]).filter((key) => key !== "date");
  return Object.fromEntries(figures.map((key) => [key, sum(days.map((day) => day[key]))]));
}

// Returns the bars, each with its days and figures, and those at the same place of the period compared with.
// A period of less than a week is shown as the end of its last 7 days, alone. Days to come are no bars.
export function bars({ trend, dailyTrend, comparison, period, timezone, generatedAt }) {
  const today = format.localDay(generatedAt, timezone);
  const isShort = trend.length < WEEK;
  const days = isShort ? dailyTrend : trend;
  const earlier = (!isShort && comparison?.trend) || [];
  const isWeekly = days.length > MOST_DAYS;
  const unit = isWeekly ? weeks : (all) => all.map((day) => [day]);
  const known = period.endDate > today ? days.filter((day) => day.date <= today) : days;
  const [now, before] = [unit(known), unit(earlier)];
  const length = Math.max(now.length, before.length);
  // Days begin together; weeks end together.
  const at = (all, place) => all[isWeekly ? place - length + all.length : place];
  const shown = Array.from({ length }, (_, place) => ({
    days: at(now, place) ?? [], figures: total(at(now, place)),
    earlierDays: at(before, place) ?? [], earlier: total(at(before, place)),
  }));
  return { isWeekly, isCompared: before.length > 0, bars: shown };
}

function named(days, options = LONG) {
  if (days.length === 0) return "";
  return days.length === 1 ? format.day(days[0].date, options) : format.days(days[0].date, days.at(-1).date);
}

export function tabulateTrend(data) {
  const { isWeekly, isCompared, bars: shown } = bars(data);
  const known = shown.flatMap((bar) => bar.days);
  $("trend-title").textContent = isWeekly ? _("Weekly trend") : _("Daily trend");
  $("trend-span").textContent = named(known);
  $("trend-before").hidden = $("legend-before").hidden = !isCompared;
  const money = headings($("trend"))[0].dataset;
  fill($("trend").tBodies[0], shown.map((bar) => el("tr", {},
    el("th", { scope: "row", text: named(bar.days, { weekday: "short", day: "numeric", month: "short" }) }),
    ...(bar.figures ? cells($("trend"), bar.figures, data.currency) : headings($("trend")).map(() => el("td", {}))),
    isCompared ? el("td", { class: "number", title: named(bar.earlierDays), text: bar.earlier ? write(money, bar.earlier.totalSales, data.currency) : "" }) : "")));
}

export function trendChart(data) {
  const { colour, base } = look();
  const { isCompared, bars: shown } = bars(data);
  const { currency } = data;
  const axis = { border: { display: false }, beginAtZero: true };
  const [salesHeading, ordersHeading] = headings($("trend"));
  const isFew = shown.length <= FEW_BARS;
  const bar = { type: "bar", yAxisID: "y", borderRadius: isFew ? 5 : 2, maxBarThickness: 52, grouped: false };
  const sales = { ...bar, label: salesHeading.textContent, order: 2, backgroundColor: colour("--sales"), data: shown.map((one) => one.figures?.totalSales ?? null) };
  const orders = { type: "line", label: ordersHeading.textContent, yAxisID: "orders", order: 1, borderColor: colour("--orders"), backgroundColor: colour("--orders"), borderWidth: 2, pointRadius: isFew ? 3 : 0, tension: 0.3, cubicInterpolationMode: "monotone", data: shown.map((one) => one.figures?.totalOrders ?? null) };
  const earlier = { ...bar, label: $("trend-before").textContent, order: 3, backgroundColor: colour("--line"), borderColor: colour("--edge"), borderWidth: 1, barPercentage: 1, maxBarThickness: 64, data: shown.map((one) => one.earlier?.totalSales ?? null) };
  const label = ({ days }) => {
    if (days.length === 0) return "";
    const { date } = days[0];
    return isFew && days.length === 1 ? [format.day(date, { weekday: "short" }), format.day(date, { day: "numeric" })] : format.day(date, { day: "numeric", month: "short" });
  };
  const unit = ({ datasetIndex }) => headings($("trend"))[datasetIndex === 1 ? 1 : 0].dataset;
  return {
    data: { labels: shown.map(label), datasets: isCompared ? [sales, orders, earlier] : [sales, orders] },
    options: {
      ...base,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0 }, border: { color: colour("--line") } },
        y: { ...axis, suggestedMax: 1, grid: { color: colour("--line") }, ticks: { maxTicksLimit: 5, callback: (value) => format.money(value, currency, { compact: true }) } },
        orders: { ...axis, position: "right", grid: { display: false }, ticks: { maxTicksLimit: 5, precision: 0 }, suggestedMax: 4 },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          filter: (item) => item.raw !== null,
          callbacks: {
            title: ([item]) => item && named(shown[item.dataIndex].days, { dateStyle: "full" }),
            label: (item) => {
              const name = item.datasetIndex === 2 ? named(shown[item.dataIndex].earlierDays) : item.dataset.label;
              return `${name}: ${write(unit(item), item.raw, currency)}`;
            },
          },
        },
      },
    },
  };
}
