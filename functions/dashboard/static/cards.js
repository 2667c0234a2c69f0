// The summary's cards: each figure, and how it differs from the other period's.

import * as format from "./format.js";

const MONEY = new Set(["totalSales", "averageTicket"]);
const UNWANTED = new Set(["totalExpiredOrders", "totalRefundedOrders"]);
const NEUTRAL = new Set(["ordersWithCoupon", "ordersWithoutCoupon"]);

export function showCards(data) {
  const { summary, comparison, currency } = data;
  for (const card of document.querySelectorAll("[data-figure]")) {
    const figure = card.dataset.figure;
    const write = MONEY.has(figure) ? (value) => format.money(value, currency) : format.count;
    const text = write(summary[figure]);
    const value = card.querySelector(".value");
    if (value.textContent !== text) {
      value.textContent = text;
      value.style.setProperty("--characters", text.length);
      if (card.dataset.shown) card.classList.add("fresh");
      setTimeout(() => card.classList.remove("fresh"), 1600);
    }
    card.dataset.shown = "yes";
    showChange(card.querySelector(".change"), figure, comparison, write, currency);
  }
}

function showChange(line, figure, comparison, write, currency) {
  if (!comparison) {
    line.replaceChildren("\u00a0");
    line.dataset.mood = "";
    line.title = "";
    return;
  }
  const { value, percent } = comparison.change[figure];
  const amount = MONEY.has(figure) ? format.signedMoney(value, currency) : format.signed(value);
  const arrow = value > 0 ? "▲" : value < 0 ? "▼" : "=";
  const share = percent === null ? "new" : format.percent(percent, { sign: true });
  const strong = document.createElement("strong");
  strong.textContent = value === 0 ? "no change" : `${arrow} ${share}`;
  line.replaceChildren(strong, value === 0 ? "" : ` ${amount}`);
  const isGood = UNWANTED.has(figure) ? value < 0 : value > 0;
  line.dataset.mood = value === 0 || NEUTRAL.has(figure) ? "" : isGood ? "good" : "bad";
  line.title = `Before: ${write(comparison.summary[figure])}`;
}
