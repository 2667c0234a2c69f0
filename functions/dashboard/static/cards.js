// The summary cards: each figure, and its change from the period that it is compared with.

import { fill } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { opener, written } from "./opens.js";
import { _ } from "./texts.js";

export function showCards(data) {
  const { summary, comparison, currency } = data;
  const open = opener({ period: written(data.period) });
  for (const card of document.querySelectorAll(".card[data-figure]")) {
    const text = write(card.dataset, summary[card.dataset.figure], currency);
    const value = card.querySelector(".value");
    const label = card.querySelector("h2").textContent;
    fill(value, ["opens" in card.dataset ? open(card.dataset.figure, label, text) : text]);
    value.style.setProperty("--characters", text.length);
    showChange(card.querySelector(".change"), card.dataset, comparison, currency);
  }
}

// Before the store's first order or customer, there is nothing that anything could be better than.
const isEmpty = (summary) => Object.values(summary).every((value) => value === 0);

function showChange(line, { figure, kind, better }, comparison, currency) {
  if (!comparison) {
    line.replaceChildren("\u00a0");
    line.dataset.mood = "";
    line.title = "";
    return;
  }
  if (isEmpty(comparison.summary)) {
    line.replaceChildren(_("no earlier figures"));
    line.dataset.mood = "";
    line.title = "";
    return;
  }
  const { value, percent } = comparison.change[figure];
  const amount = kind === "money" ? format.signedMoney(value, currency) : format.signed(value);
  const arrow = value > 0 ? "▲" : value < 0 ? "▼" : "=";
  const share = percent === null ? _("new") : format.percent(percent, { sign: true });
  const strong = document.createElement("strong");
  strong.textContent = value === 0 ? _("no change") : `${arrow} ${share}`;
  line.replaceChildren(strong, value === 0 ? "" : ` ${amount}`);
  const isGood = better === "less" ? value < 0 : value > 0;
  line.dataset.mood = value === 0 || !better ? "" : isGood ? "good" : "bad";
  line.title = _("Before: {value}", { value: write({ kind }, comparison.summary[figure], currency) });
}
