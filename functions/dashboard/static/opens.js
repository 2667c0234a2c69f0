// Links from figures to the orders behind them, and from orders to customers.

import { query } from "./api.js";
import { el } from "./dom.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

// The period of an answer as the addresses of pages write it.
export function written({ type, year, month, startDate, endDate }) {
  return type === "month" ? `${year}-${String(month).padStart(2, "0")}` : `${startDate}..${endDate}`;
}

const address = (path, values) => `${path}?${query({ store: store().id, ...values })}`;

// `row` is a day, product, coupon or customer, or nothing for the store.
export const ordersOf = (counter, row) => address("/orders", { counter, ...row });

// The dashboard of a day or week, with what changed in it.
export const dashboardOf = (period) => address("/", { period, by: "change" });

export const orderPage = (orderId, of = store().id) => address(`/orders/${encodeURIComponent(orderId)}`, { store: of });

// The dead letters that name the order.
export const lettersOf = (order) => address("/operations", { tab: "letters", order });

export const customerPage = (customerId) => address(`/customers/${encodeURIComponent(customerId)}`);

// Returns what makes the link of a figure from its name and its text.
export const opener = (row) => (counter, label, text) =>
  el("a", { class: "opens", href: ordersOf(counter, row), "aria-label": _("{figure}: {value}. Show the orders", { figure: label, value: text }), text });
