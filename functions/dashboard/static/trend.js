// The trend of the period, by hour, day or week, and behind it that of the period compared with: a chart and a table.

import { look } from "./charts.js";
import { $, el, fill } from "./dom.js";
import { cells, headings, sum, write } from "./figures.js";
import * as format from "./format.js";
import { dashboardOf, opener, written } from "./opens.js";
import { _ } from "./texts.js";

const MOST_DAYS = 92;
const WEEK = 7;
const FEW_BARS = 14;

function total(rows) {
  if (!rows?.length) return null;
  const figures = Object.keys(rows[0]).filter((key) => typeof rows[0][key] === "number");
  return Object.fromEntries(figures.map((key) => [key, sum(rows.map((row) => row[key]))]));
}

// Weeks are counted back from the last day, so that the latest one is whole.
function weeks(days) {
  const found = [];
  for (let end = days.length; end > 0; end -= WEEK) found.unshift(days.slice(Math.max(0, end - WEEK), end));
  return found;
}

// Returns the bars: each with its rows and figures, those at the same place of the period compared with, and whether
// it is not over. Hours and days to come are no bars.
export function bars({ trend, hourly, comparison, timezone, generatedAt }) {
  const today = format.localDay(generatedAt, timezone);
  const unit = hourly ? "hour" : trend.length > MOST_DAYS ? "week" : "day";
  const all = hourly ?? trend;
  const known = all.filter(({ date, startsAt }) => (startsAt ? Date.parse(startsAt) <= Date.parse(generatedAt) : date <= today));
  const earlier = (hourly ? comparison?.hourly : comparison?.trend) ?? [];
  const split = (rows) => (unit === "week" ? weeks(rows) : rows.map((row) => [row]));
  // Weeks end together, so what is compared with days to come is left out; the others begin together.
  const now = split(known);
  const before = split(unit === "week" ? earlier.slice(0, known.length) : earlier);
  const length = Math.max(now.length, before.length);
  const at = (list, place) => list[unit === "week" ? place - length + list.length : place] ?? [];
  const isOpen = trend.some(({ date }) => date === today);
  return {
    unit,
    isCompared: before.length > 0,
    bars: Array.from({ length }, (_bar, place) => ({
      rows: at(now, place), figures: total(at(now, place)),
      earlierRows: at(before, place), earlier: total(at(before, place)),
      isOpen: isOpen && place === (unit === "week" ? length : now.length) - 1,
    })),
  };
}

const DAY = { weekday: "short", day: "numeric", month: "short" };
const LONG = { day: "numeric", month: "short", year: "numeric" };

function named(rows, options = LONG) {
  if (rows.length === 0) return "";
  if (rows[0].startsAt) return rows[0].hour;
  return rows.length === 1 ? format.day(rows[0].date, options) : format.days(rows[0].date, rows.at(-1).date);
}

const titles = { hour: _("Hourly trend"), day: _("Daily trend"), week: _("Weekly trend") };

const span = (rows) => written({ startDate: rows[0].date, endDate: rows.at(-1).date });

// Days and weeks open their orders; an hour has no list.
const opens = (rows) => (rows[0].startsAt ? undefined : opener({ period: span(rows) }));

export function tabulateTrend(data) {
  const { unit, isCompared, bars: shown } = bars(data);
  const known = data.trend.filter(({ date }) => date <= format.localDay(data.generatedAt, data.timezone));
  $("trend-title").textContent = titles[unit];
  $("trend-span").textContent = named(known);
  $("trend-unit").textContent = unit === "hour" ? _("Hour") : unit === "week" ? _("Week") : _("Day");
  $("trend-before").hidden = $("legend-before").hidden = !isCompared;
  $("legend-open").hidden = !shown.some(({ isOpen }) => isOpen);
  const money = headings($("trend"))[0].dataset;
  const name = ({ rows, earlierRows, isOpen }) => {
    const time = named(rows.length ? rows : earlierRows, DAY);
    return isOpen ? _("{time}, not over yet", { time }) : time;
  };
  const head = (bar) => {
    const of = unit !== "hour" && bar.rows.length > 0;
    return of ? el("a", { class: "opens", href: dashboardOf(span(bar.rows)), text: name(bar) }) : name(bar);
  };
  fill($("trend").tBodies[0], shown.map((bar, place) => el("tr", { "data-row": place },
    el("th", { scope: "row" }, head(bar)),
    ...(bar.figures ? cells($("trend"), bar.figures, data.currency, opens(bar.rows)) : headings($("trend")).map(() => el("td", {}))),
    isCompared ? el("td", { class: "number", title: named(bar.earlierRows), text: bar.earlier ? write(money, bar.earlier.totalSales, data.currency) : "" }) : "")));
}

// Stripes, for what is not over.
function hatched(colour, back) {
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = back;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift - 1, 9);
    pen.lineTo(shift + 9, -1);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

// `open(period)` is called for the day or week that is clicked. Where a touch shows the figures, the table has links.
export function trendChart(data, open) {
  const { colour, base } = look();
  const { unit, isCompared, bars: shown } = bars(data);
  const { currency } = data;
  // An axis has at most a quarter of the width, which on a small phone has no room for the currency.
  function axisLabel(value) {
    return format.money(value, this.chart.width < 300 ? null : currency, { compact: true });
  }
  const axis = { border: { display: false }, beginAtZero: true };
  const [salesHeading, ordersHeading] = headings($("trend"));
  const isFew = shown.length <= FEW_BARS;
  const bar = { type: "bar", yAxisID: "y", borderRadius: isFew ? 5 : 2, maxBarThickness: 52, grouped: false };
  const stripes = hatched(colour("--sales"), colour("--panel"));
  const sales = { ...bar, label: salesHeading.textContent, order: 2, backgroundColor: shown.map(({ isOpen }) => (isOpen ? stripes : colour("--sales"))), borderColor: colour("--sales"), borderWidth: shown.map(({ isOpen }) => (isOpen ? 1 : 0)), data: shown.map((one) => one.figures?.totalSales ?? null) };
  const orders = { type: "line", label: ordersHeading.textContent, yAxisID: "orders", order: 1, borderColor: colour("--orders"), backgroundColor: colour("--orders"), borderWidth: 2, pointRadius: isFew ? 3 : 0, tension: 0.3, cubicInterpolationMode: "monotone", data: shown.map((one) => one.figures?.totalOrders ?? null) };
  const earlier = { ...bar, label: $("trend-before").textContent, order: 3, backgroundColor: colour("--line"), borderColor: colour("--edge"), borderWidth: 1, barPercentage: 1, maxBarThickness: 64, data: shown.map((one) => one.earlier?.totalSales ?? null) };
  const label = ({ rows, earlierRows }) => {
    const [first] = rows.length ? rows : earlierRows;
    if (first.startsAt) return first.hour;
    if (rows.length === 0) return "";
    return isFew && unit === "day" ? [format.day(first.date, { weekday: "short" }), format.day(first.date, { day: "numeric" })] : format.day(first.date, { day: "numeric", month: "short" });
  };
  const opensAt = ({ index }) => unit !== "hour" && shown[index].rows.length > 0;
  const kind = ({ datasetIndex }) => headings($("trend"))[datasetIndex === 1 ? 1 : 0].dataset;
  return {
    data: { labels: shown.map(label), datasets: isCompared ? [sales, orders, earlier] : [sales, orders] },
    options: {
      ...base,
      interaction: { mode: "index", intersect: false },
      onClick: ({ native }, [item]) => item && opensAt(item) && native.pointerType !== "touch" && open(span(shown[item.index].rows)),
      onHover: ({ native }, [item]) => { native.target.style.cursor = item && opensAt(item) ? "pointer" : ""; },
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0 }, border: { color: colour("--line") } },
        y: { ...axis, suggestedMax: 1, grid: { color: colour("--line") }, ticks: { maxTicksLimit: 5, callback: axisLabel } },
        orders: { ...axis, position: "right", grid: { display: false }, ticks: { maxTicksLimit: 5, precision: 0 }, suggestedMax: 4 },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          filter: (item) => item.raw !== null,
          callbacks: {
            title: ([item]) => item && named(shown[item.dataIndex].rows, { dateStyle: "full" }),
            label: (item) => {
              const isEarlier = item.datasetIndex === 2 && unit !== "hour";
              const name = isEarlier ? named(shown[item.dataIndex].earlierRows) : item.dataset.label;
              return `${name}: ${write(kind(item), item.raw, currency)}`;
            },
          },
        },
      },
    },
  };
}
