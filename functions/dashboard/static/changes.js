// What made the difference between two periods: in one sentence, and for each product and coupon.

import { isSameRatio, minus, sum } from "./figures.js";
import * as format from "./format.js";
import { _ } from "./texts.js";

const MOST_PRODUCTS = 500;
const MOST_COUPONS = 100;
export const ALL = { products: MOST_PRODUCTS, coupons: MOST_COUPONS };

// Returns rows with their `change`, those first that did most for the change of the whole.
//
// A list that is cut (`rest`: what it leaves out sold; null where it is whole) may lack a row of the other list. What
// such a row changed is not known, so it stays in `others`, which makes the changes add up to that of the whole.
export function contributions(now, before, { key, amount }) {
  const [present, past] = [now, before].map(({ rows }) => new Map(rows.map((row) => [row[key], row])));
  const whole = ({ rows, rest }) => sum([...rows.map((row) => row[amount]), rest ?? 0]);
  const change = minus(whole(now), whole(before));
  const known = [];
  for (const id of new Set([...present.keys(), ...past.keys()])) {
    const isKnown = (present.has(id) || now.rest === null) && (past.has(id) || before.rest === null);
    if (!isKnown) continue;
    const row = present.get(id) ?? { ...emptied(past.get(id)) };
    known.push({ ...row, change: minus(row[amount], past.get(id)?.[amount] ?? 0) });
  }
  const direction = change < 0 ? 1 : -1;
  known.sort((one, other) => direction * (one.change - other.change));
  return { rows: known, others: minus(change, sum(known.map((row) => row.change))), change };
}

// What a row of the period before is in a period without it.
const emptied = (row) => Object.fromEntries(
  Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? 0 : value]));

export const productsOf = ({ salesByProduct, otherProducts }) =>
  ({ rows: salesByProduct, rest: otherProducts?.totalSales ?? null });

export const couponsOf = ({ salesByCoupon }) =>
  ({ rows: salesByCoupon, rest: salesByCoupon.length < MOST_COUPONS ? null : 0 });

// "−R$956.00: average ticket −15.0%, completed orders unchanged". Sales are the one times the other.
export function sentence({ summary, comparison, currency }) {
  if (!comparison || Object.values(comparison.summary).every((value) => value === 0)) return "";
  const now = comparison.current ?? summary; // Of a day that is not over, the complete hours.
  const { totalSales, averageTicket, totalCompletedOrders } = comparison.change;
  const before = comparison.summary;
  const isSame = isSameRatio(now.totalSales, now.totalCompletedOrders, before.totalSales, before.totalCompletedOrders);
  const ticket = averageTicket.value === 0 && !isSame
    ? _("almost unchanged") // It differs by less than the currency's smallest unit.
    : share(averageTicket, now.averageTicket, (value) => format.signedMoney(value, currency));
  const orders = share(totalCompletedOrders, now.totalCompletedOrders, format.signed);
  return totalSales.value === 0
    ? _("Sales unchanged: average ticket {ticket}, completed orders {orders}", { ticket, orders })
    : _("Sales {change}: average ticket {ticket}, completed orders {orders}", { change: format.signedMoney(totalSales.value, currency), ticket, orders });
}

// A change in percent where that is not rounded to nothing or to everything, else the change itself.
function share({ value, percent }, now, write) {
  if (value === 0) return _("unchanged");
  const isRounded = percent === null || Math.abs(percent) < 0.05 || (percent < -99.9 && now !== 0);
  return isRounded ? write(value) : format.percent(percent, { sign: true });
}
