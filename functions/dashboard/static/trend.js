// The daily trend: Chart.js, fetched after the figures are on the screen, and the same as a table.

import { $, el, fill } from "./dom.js";
import * as format from "./format.js";

let chart = null;
let shown = null;
let loading = null;

function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = el("script", { src: new URL("./chart.js", import.meta.url).href, onload: resolve, onerror: () => reject(new Error("Chart.js")) });
    document.head.append(script);
  });
  return loading;
}

export async function showTrend(data) {
  const { dailyTrend, currency } = data;
  fill($("trend").tBodies[0], dailyTrend.map((row) => el("tr", {},
    el("th", { scope: "row", text: format.day(row.date, { weekday: "short", day: "numeric", month: "short" }) }),
    el("td", { class: "number", text: format.money(row.totalSales, currency) }),
    el("td", { class: "number", text: format.count(row.totalOrders) }))));
  shown = data;
  try {
    await load();
  } catch {
    $("chart").closest("section").querySelector("details").open = true;
    return;
  }
  draw();
}

function draw() {
  const { dailyTrend, currency } = shown;
  const labels = dailyTrend.map((row) => [format.day(row.date, { weekday: "short" }), format.day(row.date, { day: "numeric" })]);
  const sales = dailyTrend.map((row) => row.totalSales);
  const orders = dailyTrend.map((row) => row.totalOrders);
  if (chart && chart.options.plugins.currency === currency) {
    chart.data.labels = labels;
    chart.data.datasets[0].data = sales;
    chart.data.datasets[1].data = orders;
    chart.update();
    return;
  }
  chart?.destroy();
  const { Chart } = window;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colour("--muted");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const axis = { border: { display: false }, beginAtZero: true };
  chart = new Chart($("chart"), {
    data: {
      labels,
      datasets: [
        { type: "bar", label: "Sales", data: sales, yAxisID: "y", order: 2, backgroundColor: colour("--sales"), borderRadius: 5, maxBarThickness: 52 },
        { type: "line", label: "Orders", data: orders, yAxisID: "orders", order: 1, borderColor: colour("--orders"), backgroundColor: colour("--orders"), borderWidth: 2, pointRadius: 3, tension: 0.3 },
      ],
    },
    options: {
      animation: still ? false : { duration: 300 },
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { maxRotation: 0 }, border: { color: colour("--line") } },
        y: { ...axis, grid: { color: colour("--line") }, ticks: { maxTicksLimit: 5, callback: (value) => format.money(value, currency, { compact: true }) } },
        orders: { ...axis, position: "right", grid: { display: false }, ticks: { maxTicksLimit: 5, precision: 0 }, suggestedMax: 4 },
      },
      plugins: {
        currency,
        legend: { display: false },
        tooltip: { callbacks: { title: ([item]) => format.day(shown.dailyTrend[item.dataIndex].date, { dateStyle: "full" }), label: (item) => `${item.dataset.label}: ${item.datasetIndex === 0 ? format.money(item.raw, currency) : format.count(item.raw)}` } },
      },
    },
  });
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  chart?.destroy();
  chart = null;
  if (shown && window.Chart) draw();
});
