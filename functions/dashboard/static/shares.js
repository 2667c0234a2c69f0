// The products with the largest shares of sales: a list, and a ring.

import { look } from "./charts.js";
import { $, el, fill } from "./dom.js";
import * as format from "./format.js";
import { _ } from "./texts.js";

const SLICES = 5;

// The products with the largest shares, and the rest up to 100 %; none where nothing was sold.
function slices({ salesByProduct }) {
  const best = salesByProduct.slice(0, SLICES).filter((product) => product.percentage > 0);
  if (best.length === 0) return [];
  const named = best.map(({ productId, productName, percentage }) => ({ productId, name: productName, percentage }));
  const rest = 100 - named.reduce((sum, slice) => sum + slice.percentage, 0);
  const isAll = salesByProduct.length <= best.length || rest < 0.01;
  return isAll ? named : [...named, { name: _("All others"), percentage: rest, isRest: true }];
}

export function listShares(data) {
  const found = slices(data);
  fill($("slices"), found.map((slice, place) => el("li", { "data-slice": slice.isRest ? "rest" : place + 1, "data-row": slice.productId ?? "" },
    el("span", { class: "name", text: slice.name, title: slice.name }),
    el("span", { class: "number", text: format.percent(slice.percentage) }))));
  $("slices").parentElement.hidden = found.length === 0;
  $("no-shares").hidden = found.length > 0;
}

export function sharesChart(data) {
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
        legend: { display: false },
        tooltip: { callbacks: { title: () => "", label: (item) => `${shorten(item.label)}: ${format.percent(item.raw)}` } },
      },
    },
  };
}

const shorten = (name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);
