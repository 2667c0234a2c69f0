// Figures: written as the page describes them, in each element with a `data-figure`, and summed exactly.

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

// Amounts are summed in whole units, because adding them as the API writes them would not be exact.
// The smallest unit of any currency is a ten-thousandth of its major unit (ISO 4217).
const UNITS = 10000;

const units = (amount) => Math.round(amount * UNITS);

export const sum = (amounts) => amounts.reduce((total, amount) => total + units(amount), 0) / UNITS;

// Whether `one / other` is exactly `that / another`.
export const isSameRatio = (one, other, that, another) =>
  BigInt(units(one)) * BigInt(units(another)) === BigInt(units(that)) * BigInt(units(other));

export const minus = (amount, other) => (units(amount) - units(other)) / UNITS;
