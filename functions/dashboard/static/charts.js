// Chart.js: loads it after the figures are shown, and draws. Who draws says how to make the chart, so that it can be
// made again where the colors change.

import { $, el } from "./dom.js";

const drawn = {};
let loading = null;

export function load() {
  loading ??= new Promise((resolve, reject) => {
    const src = new URL("./chart.umd.min.js", import.meta.url).href;
    document.head.append(el("script", { src, onload: resolve, onerror: () => reject(new Error("Chart.js")) }));
  });
  return loading;
}

// Draws what `make()` returns. A chart with as many datasets as before moves to the new values.
export function draw(id, make) {
  const config = make();
  const old = drawn[id]?.chart;
  if (old?.data.datasets.length === config.data.datasets.length) {
    old.data.labels = config.data.labels;
    old.data.datasets = config.data.datasets.map((one, n) => Object.assign(old.data.datasets[n], one));
    old.options = config.options;
    old.update();
    drawn[id].make = make;
    return;
  }
  old?.destroy();
  drawn[id] = { chart: new window.Chart($(id), config), make };
}

export function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  window.Chart.defaults.color = colour("--muted");
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return { colour, base: { animation: isStill ? false : { duration: 300 }, maintainAspectRatio: false } };
}

// A canvas keeps the colors it was drawn with, so it is drawn again where they change: on paper, too.
function redraw() {
  for (const [id, { chart, make }] of Object.entries(drawn)) {
    chart.destroy();
    const config = make();
    config.options.animation = false;
    drawn[id].chart = new window.Chart($(id), config);
  }
}

for (const question of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
  matchMedia(question).addEventListener("change", redraw);
}
