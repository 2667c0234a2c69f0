// Orders as rows of a table.

import { titled } from "./codes.js";
import { el } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { customerPage, orderPage } from "./opens.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

const MOODS = { PAID: "good", COMPLETED: "good", EXPIRED: "bad", REFOUNDED: "bad" };

export const status = (code) =>
  el("span", { class: "segment", "data-mood": MOODS[code] ?? "", text: code === null ? _("On its way") : titled(code) });

export const placed = (order) => format.instant(order.createdAt, store().timezone, { dateStyle: "medium", timeStyle: "short" });

// `kind` is that of the figure that the order adds to; null in a customer's own list.
export const row = (order, kind, currency) => el("tr", {},
  el("th", { scope: "row" }, el("a", { href: orderPage(order.orderId), text: order.orderId })),
  el("td", { class: "placed", text: placed(order) }),
  ...(kind ? [el("td", { class: "who" }, order.customerId === null ? _("Guest") : el("a", { href: customerPage(order.customerId), text: order.customerId }))] : []),
  el("td", { class: "reached" }, status(order.status)),
  el("td", { class: "number price", text: format.money(order.price, currency) }),
  ...(kind ? [el("td", { class: "number adds", text: write({ kind }, order.adds, currency) })] : []));
