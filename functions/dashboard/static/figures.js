// Figures as the page describes them: each element with a `data-figure` says how to write it.

import { el } from "./dom.js";
import * as format from "./format.js";

export function write({ kind, decimals }, value, currency) {
  if (kind === "money") return format.money(value, currency);
  return kind === "percent" ? format.percent(value, { digits: Number(decimals) }) : format.count(value);
}

export const headings = (table) => [...table.tHead.querySelectorAll(".number[data-figure]")];

// A cell of the row for each heading with a figure. `open` makes what a figure's text is shown as, such as a link.
export const cells = (table, row, currency, open = (figure, label, text) => text) => headings(table).map(({ dataset, textContent }) =>
  el("td", { class: "number", "data-label": textContent }, open(dataset.figure, textContent, write(dataset, row[dataset.figure], currency))));
