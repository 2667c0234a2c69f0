// One order: what happened to it, and what it adds to each figure.

import { explain, query, read } from "./api.js";
import { $, el, fill, showState } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { placed, status } from "./order_rows.js";
import { customerPage, opener } from "./opens.js";
import { setUp, showFacts, store } from "./page.js";
import { _ } from "./texts.js";

const orderId = document.body.querySelector("[data-order]").dataset.order;
const WHAT = {
  PLACED: _("Placed"), DESCRIBED: _("Described"), PROGRESSED: _("On its way"), OVERDUE: _("Overdue"),
  PARTLY_REFUNDED: _("Refunded in part"), CREATED: _("Created"), PAID: _("Paid"), COMPLETED: _("Completed"),
  EXPIRED: _("Expired"), REFOUNDED: _("Refunded"),
};
const OF = { store: _("Store"), product: _("Product"), coupon: _("Coupon"), customer: _("Customer") };

const figures = new Map([...$("counters").content.children].map((one) => [one.dataset.figure, one]));
const time = (iso) => format.instant(iso, store().timezone);

// A minute is usual: the clocks of who tells and of who hears differ.
function heard({ createdAt, firstHeardAt }) {
  const late = createdAt ? (Date.parse(firstHeardAt) - Date.parse(createdAt)) / 1000 : 0;
  return late < 60 ? time(firstHeardAt) : _("{time}, {age} after it was placed", { time: time(firstHeardAt), age: format.age(late) });
}

function facts(order) {
  const customer = order.customerId && el("a", { href: customerPage(order.customerId), text: order.customerId });
  const rows = [
    [_("Status"), status(order.status)],
    [_("Placed"), order.createdAt ? placed(order) : _("not known yet")],
    [_("Counts on"), order.day ? format.day(order.day) : _("no day yet")],
    [_("Price"), order.price === null ? _("not known yet") : format.money(order.price, order.currency)],
    [_("Customer"), customer || _("Guest")],
    [_("Coupon"), order.couponCode ?? _("none")],
    [_("First heard of"), heard(order)],
    [_("Last changed"), time(order.lastChangedAt)],
  ];
  if (order.formerCustomerIds.length) rows.splice(5, 0, [_("Before"), order.formerCustomerIds.join(", ")]);
  return rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", {}, value)]);
}

const happened = (fact) => el("li", {},
  el("p", {}, el("strong", { text: WHAT[fact.what] }), " ", el("time", { datetime: fact.at, text: time(fact.at) })),
  el("p", { class: "meaning", text: _(fact.meaning) }),
  fact.eventId ? el("p", { class: "meaning", text: _("Event {id}", { id: fact.eventId }) }) : "");

// Where the figure opens: the day that the order counts on, or all of a customer's time.
const opened = ({ of, id }, day) =>
  ({ store: { day }, product: { product: id, day }, coupon: { coupon: id, day }, customer: { customer: id } })[of];

function adds(one, { day, currency }) {
  const figure = figures.get(one.counter);
  const [label, { kind }] = [figure.textContent, figure.dataset];
  return el("tr", {},
    el("th", { scope: "row", text: one.id === null ? OF[one.of] : `${OF[one.of]} ${one.id}` }),
    el("td", { text: label }),
    el("td", { class: "number" }, opener(opened(one, day))(one.counter, label, write({ kind }, one.adds, currency))));
}

const item = (line, currency) => el("tr", {},
  el("th", { scope: "row", text: line.productName }),
  el("td", { class: "number", text: format.count(line.quantity) }),
  el("td", { class: "number", text: format.money(line.total, currency) }));

// Back to the list that this page was opened from.
function showBack() {
  const from = new URL(document.referrer || location.href);
  if (from.origin !== location.origin || from.pathname !== "/orders") return;
  delete $("back").dataset.keepStore;
  $("back").textContent = _("Orders");
  $("back").href = from.pathname + from.search;
}

async function show() {
  showFacts(store());
  $("order").setAttribute("aria-busy", "true");
  try {
    const order = await read(`/store/orders/${encodeURIComponent(orderId)}?${query({ storeId: store().id })}`);
    document.body.dataset.state = "shown";
    showState("");
    fill($("facts"), facts(order));
    $("why").textContent = _(order.why);
    fill($("history"), order.history.map(happened));
    fill($("adds").tBodies[0], order.contribution.map((one) => adds(one, order)));
    $("adds").hidden = order.contribution.length === 0;
    $("no-adds").hidden = order.contribution.length > 0;
    fill($("items").tBodies[0], order.items.map((line) => item(line, order.currency)));
    $("items").hidden = order.items.length === 0;
    $("no-items").hidden = order.items.length > 0;
  } catch (error) {
    document.body.dataset.state = "failed";
    showState(_("Can’t show this order"), explain(error), error.status === 404 ? null : show);
  }
  $("order").setAttribute("aria-busy", "false");
}

showBack();
setUp(show);
