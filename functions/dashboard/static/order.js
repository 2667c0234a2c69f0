// One order: what happened to it, and what it adds to each figure.

import { explain, query, read } from "./api.js";
import { titled } from "./codes.js";
import { $, el, fill, showState } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { placed, status } from "./order_rows.js";
import { customerPage, lettersOf, opener } from "./opens.js";
import { setUp, showFacts, store } from "./page.js";
import { _, ngettext } from "./texts.js";

const orderId = document.body.querySelector("[data-order]").dataset.order;
const WHAT = {
  PLACED: _("Placed"), DESCRIBED: _("Described"), PROGRESSED: _("On its way"), OVERDUE: _("Overdue"),
  PARTLY_REFUNDED: _("Refunded in part"),
};
const step = (what) => WHAT[what] ?? titled(what);
const OF = { store: _("Store"), product: _("Product"), coupon: _("Coupon"), customer: _("Customer") };

const figures = new Map([...$("counters").content.children].map((one) => [one.dataset.figure, one]));
const time = (iso) => format.instant(iso, store().timezone);

// Seconds from a fact to its arrival: the clocks of who tells and of who hears differ.
const USUAL = 60;

function heard({ createdAt, firstHeardAt }) {
  const late = createdAt ? (Date.parse(firstHeardAt) - Date.parse(createdAt)) / 1000 : 0;
  return late < USUAL ? time(firstHeardAt) : _("{time}, {age} after it was placed", { time: time(firstHeardAt), age: format.age(late) });
}

function facts(order) {
  const customer = order.customerId && el("a", { href: customerPage(order.customerId), text: order.customerId });
  const rows = [
    [_("Status"), status(order.status)],
    [_("Placed"), order.createdAt ? placed(order) : _("not known yet")],
    [_("Counts on"), order.day ? format.day(order.day) : _("no day yet")],
    [_("Price"), order.price === null ? _("not known yet") : format.money(order.price, order.currency)],
    [_("Customer"), customer || (order.createdAt ? _("Guest") : _("not known yet"))],
    [_("Coupon"), order.couponCode ?? _("none")],
    [_("First heard of"), heard(order)],
    [_("Last changed"), time(order.lastChangedAt)],
  ];
  if (order.formerCustomerIds.length) rows.splice(5, 0, [_("Before"), order.formerCustomerIds.join(", ")]);
  return rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", {}, value)]);
}

const said = (text) => (text ? el("p", { class: "meaning", text }) : "");

const happened = (fact, currency) => el("li", {},
  el("p", {}, el("strong", { text: step(fact.what) }), " ", el("time", { datetime: fact.at, text: time(fact.at) })),
  said(fact.refundId && _("{amount}, refund {id}", { amount: format.money(fact.amount, currency), id: fact.refundId })),
  said(_(fact.meaning)),
  said(fact.eventId && _("Event {id}", { id: fact.eventId })));

const told = ({ told: steps }) => steps.map(step).join(", ");

function occurred({ occurredAt, arrivedAt }) {
  const after = (Date.parse(arrivedAt) - Date.parse(occurredAt)) / 1000;
  return after < USUAL ? _("Happened {time}", { time: time(occurredAt) })
    : _("Happened {time}, arrived {age} later", { time: time(occurredAt), age: format.age(after) });
}

const arrived = (event) => el("li", {},
  el("p", {}, el("strong", { text: told(event) }), " ", el("time", { datetime: event.arrivedAt, text: time(event.arrivedAt) })),
  said(occurred(event)),
  said(event.late && _("Late: something that happened after it was known already.")),
  said(event.provider ? _("Webhook of {provider}, event {id}", { provider: event.provider, id: event.eventId }) : _("Event {id}", { id: event.eventId })));

const payment = (event, currency) => el("tr", {},
  el("th", { scope: "row", text: event.provider }),
  el("td", { text: told(event) }),
  el("td", { text: time(event.occurredAt) }),
  el("td", { class: "number", text: event.amount === undefined ? "" : format.money(event.amount, currency) }));

function fillTable(id, rows) {
  fill($(id).tBodies[0], rows);
  $(id).hidden = rows.length === 0;
  $(`no-${id}`).hidden = rows.length > 0;
}

// Where the figure opens: the day that the order counts on, or all of a customer's time.
const opened = ({ of, id }, day) =>
  ({ store: { day }, product: { product: id, day }, coupon: { coupon: id, day }, customer: { customer: id } })[of];

function adds(one, { day, currency }) {
  const figure = figures.get(one.counter);
  const label = figure.textContent;
  const text = write(figure.dataset, one.adds, currency);
  return el("tr", {},
    el("th", { scope: "row", text: one.id === null ? OF[one.of] : `${OF[one.of]} ${one.id}` }),
    el("td", { text: label }),
    el("td", { class: "number" }, "opens" in figure.dataset ? opener(opened(one, day))(one.counter, label, text) : text));
}

// What each figure means, and which code says so.
const explained = (counter) => {
  const { textContent, dataset } = figures.get(counter);
  return [el("dt", { text: textContent }), el("dd", {}, `${dataset.meaning} `, ...dataset.rules.split("|").map((rule) => el("code", { text: rule })))];
};

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

// For operators: what could not be applied and waits for a decision.
async function showDeadLetters() {
  if (!$("dead-letters")) return;
  const { deadLetters: { length }, nextCursor } = await read(`/dead-letters?${query({ state: "open", storeId: store().id, orderId, limit: 200 })}`);
  const link = $("dead-letters").querySelector("a");
  link.href = lettersOf(orderId);
  link.textContent = ngettext("{count} event of this order waits as a dead letter", "{count} events of this order wait as dead letters", length, { count: format.count(length) + (nextCursor ? "+" : "") });
  $("dead-letters").hidden = length === 0;
}

async function show() {
  showFacts(store());
  // Without them, the order is shown all the same.
  showDeadLetters().catch(() => {});
  $("order").setAttribute("aria-busy", "true");
  try {
    const order = await read(`/store/orders/${encodeURIComponent(orderId)}?${query({ storeId: store().id })}`);
    document.body.dataset.state = "shown";
    showState("");
    fill($("facts"), facts(order));
    $("why").textContent = _(order.why);
    fill($("history"), order.history.map((fact) => happened(fact, order.currency)));
    fill($("arrivals"), order.arrivals.map(arrived));
    $("arrivals").hidden = order.arrivals.length === 0;
    $("no-arrivals").hidden = order.arrivals.length > 0;
    fillTable("payments", order.arrivals.filter(({ provider }) => provider).map((event) => payment(event, order.currency)));
    fillTable("adds", order.contribution.map((one) => adds(one, order)));
    $("explained").replaceChildren(...[...new Set(order.contribution.map(({ counter }) => counter))].flatMap(explained));
    $("explain").hidden = order.contribution.length === 0;
    fillTable("items", order.items.map((line) => item(line, order.currency)));
  } catch (error) {
    document.body.dataset.state = "failed";
    showState(_("Can’t show this order"), explain(error), error.status === 404 ? null : show);
  }
  $("order").setAttribute("aria-busy", "false");
}

showBack();
setUp(show);
