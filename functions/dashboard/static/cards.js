// The summary cards: each figure, and its change from the period that it is compared with.

import { fill } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { News } from "./news.js";
import { opener, written } from "./opens.js";
import { Poll } from "./poll.js";
import { _ } from "./texts.js";

export function showCards(data) {
  const { summary, comparison, currency } = data;
  const open = opener({ period: written(data.period) });
  for (const card of document.querySelectorAll(".card:not(.later)")) {
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

// Returning customers are asked for after the other figures, and seldom: the more customers are new, the more is read.
const LEAST_MS = 60 * 1000;
const EVERY_MS = 10 * LEAST_MS;
const later = document.querySelector(".card.later");
const news = new News(() => [later]);
const poll = new Poll({
  every: EVERY_MS,
  path: () => asked,
  show({ ordersOfCustomers, returningOrders, returningRate, trailing, comparison }) {
    const of = { count: format.count(returningOrders), all: format.count(ordersOfCustomers) };
    const before = comparison?.ordersOfCustomers && write(later.dataset, comparison.returningRate);
    say(ordersOfCustomers ? write(later.dataset, returningRate) : "\u2013", [
      _("{count} of {all} orders", of),
      before && _("Before: {value}", { value: before }),
      trailing && _("still being counted"),
    ]);
    news.show(asked);
  },
  same() {},
  failed(text, isFinal) {
    if (!later.querySelector(".change").textContent.trim()) say("\u2013", []);
    if (!isFinal) askSoon();
  },
});
let asked = "";
let askedAt = 0;
let waiting = null;

function say(value, lines) {
  later.querySelector(".value").textContent = value;
  later.querySelector(".change").textContent = lines.filter(Boolean).join(" \u00b7 ") || "\u00a0";
}

const askSoon = () => { waiting ??= setTimeout(askNow, askedAt + LEAST_MS - Date.now()); };

function askNow() {
  clearTimeout(waiting);
  waiting = null;
  askedAt = Date.now();
  poll.ask();
}

// Whenever the other figures are shown. The same question is asked again at most once a minute.
export function showReturning(path) {
  if (path === asked) {
    askSoon();
    return;
  }
  asked = path;
  say("\u00a0", []);
  askNow();
}
