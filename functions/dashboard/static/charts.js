// The charts of the daily trend and of the products' shares. Chart.js loads after the figures are shown.
// Other charts are loaded, coloured and drawn by the same functions.

import { $, el, fill } from "./dom.js";
import { cells, headings, write } from "./figures.js";
import * as format from "./format.js";
import { opener } from "./opens.js";

const SLICES = 5;
const drawn = {};
let shown = null;
let loading = null;

export async function showCharts(data) {
  shown = data;
  tabulate(data);
  list(data);
  try {
    await load();
  } catch {
    // The tables and lists show the same figures.
    document.body.dataset.charts = "none";
    $("trend").closest("details").open = true;
    return;
  }
  draw("chart", trend(shown));
  draw("shares", shares(shown));
}

export function load() {
  loading ??= new Promise((resolve, reject) => {
    const src = new URL("./chart.js", import.meta.url).href;
    document.head.append(el("script", { src, onload: resolve, onerror: () => reject(new Error("Chart.js")) }));
  });
  return loading;
}

function tabulate({ dailyTrend, currency }) {
  fill($("trend").tBodies[0], dailyTrend.map((row) => el("tr", {},
    el("th", { scope: "row", text: format.day(row.date, { weekday: "short", day: "numeric", month: "short" }) }),
    ...cells($("trend"), row, currency, opener({ day: row.date })))));
}

// The products with the largest shares, and the rest up to 100 %; none where nothing was sold.
function slices({ salesByProduct }) {
  const best = salesByProduct.slice(0, SLICES).filter((product) => product.percentage > 0);
  if (best.length === 0) return [];
  const named = best.map((product) => ({ name: product.productName, percentage: product.percentage }));
  const rest = 100 - named.reduce((sum, slice) => sum + slice.percentage, 0);
  const isAll = salesByProduct.length <= best.length || rest < 0.01;
  return isAll ? named : [...named, { name: "All others", percentage: rest, isRest: true }];
}

function list(data) {
  const found = slices(data);
  fill($("slices"), found.map((slice, place) => el("li", { "data-slice": slice.isRest ? "rest" : place + 1 },
    el("span", { class: "name", text: slice.name, title: slice.name }),
    el("span", { class: "number", text: format.percent(slice.percentage) }))));
  $("slices").parentElement.hidden = found.length === 0;
  $("no-shares").hidden = found.length > 0;
}

export function draw(id, config) {
  const old = drawn[id];
  const kept = old && old.options.plugins.currency === config.options.plugins.currency;
  if (!kept) {
    old?.destroy();
    drawn[id] = new window.Chart($(id), config);
    return;
  }
  old.data.labels = config.data.labels;
  old.data.datasets = config.data.datasets.map((one, n) => Object.assign(old.data.datasets[n], one));
  old.update();
}

export function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  window.Chart.defaults.color = colour("--muted");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return { colour, base: { animation: isStill ? false : { duration: 300 }, maintainAspectRatio: false } };
}

function trend({ dailyTrend, currency }) {
  const { colour, base } = look();
  const axis = { border: { display: false }, beginAtZero: true };
  const [salesHeading, ordersHeading] = headings($("trend"));
  const sales = { type: "bar", label: salesHeading.textContent, yAxisID: "y", order: 2, backgroundColor: colour("--sales"), borderRadius: 5, maxBarThickness: 52 };
  const orders = { type: "line", label: ordersHeading.textContent, yAxisID: "orders", order: 1, borderColor: colour("--orders"), backgroundColor: colour("--orders"), borderWidth: 2, pointRadius: 3, tension: 0.3, cubicInterpolationMode: "monotone" };
  return {
    data: {
      labels: dailyTrend.map((row) => [format.day(row.date, { weekday: "short" }), format.day(row.date, { day: "numeric" })]),
      datasets: [
        { ...sales, data: dailyTrend.map((row) => row.totalSales) },
        { ...orders, data: dailyTrend.map((row) => row.totalOrders) },
      ],
    },
    options: {
      ...base,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0 }, border: { color: colour("--line") } },
        y: { ...axis, suggestedMax: 1, grid: { color: colour("--line") }, ticks: { maxTicksLimit: 5, callback: (value) => format.money(value, currency, { compact: true }) } },
        orders: { ...axis, position: "right", grid: { display: false }, ticks: { maxTicksLimit: 5, precision: 0 }, suggestedMax: 4 },
      },
      plugins: {
        currency,
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: ([item]) => format.day(shown.dailyTrend[item.dataIndex].date, { dateStyle: "full" }),
            label: (item) => `${item.dataset.label}: ${write(headings($("trend"))[item.datasetIndex].dataset, item.raw, currency)}`,
          },
        },
      },
    },
  };
}

function shares(data) {
  const { colour, base } = look();
  const found = slices(data);
  const colours = found.map((slice, place) => colour(slice.isRest ? "--slice-rest" : `--slice-${place + 1}`));
  return {
    type: "doughnut",
    data: {
      labels: found.map((slice) => slice.name),
      datasets: [{ data: found.map((slice) => slice.percentage), backgroundColor: colours, borderColor: colour("--panel"), borderWidth: 2 }],
    },
    options: {
      ...base,
      cutout: "62%",
      plugins: {
        currency: data.currency,
        legend: { display: false },
        tooltip: { callbacks: { title: () => "", label: (item) => `${shorten(item.label)}: ${format.percent(item.raw)}` } },
      },
    },
  };
}

const shorten = (name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);

// A canvas keeps the colors it was drawn with, so it is drawn again where they change: on paper, too.
function redraw() {
  for (const [id, chart] of Object.entries(drawn)) {
    chart.destroy();
    delete drawn[id];
  }
  if (!shown || !window.Chart) return;
  for (const [id, config] of [["chart", trend(shown)], ["shares", shares(shown)]]) {
    config.options.animation = false;
    draw(id, config);
  }
}

for (const question of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
  matchMedia(question).addEventListener("change", redraw);
}
