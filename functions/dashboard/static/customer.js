// One customer: quick metrics, each of which opens its orders, the newest orders, and the profile.

import { explain, query, read } from "./api.js";
import { $, el, fill, showState } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { row } from "./order_rows.js";
import { opener, ordersOf } from "./opens.js";
import { setUp, showFacts, store } from "./page.js";
import { segment } from "./segments.js";
import { _ } from "./texts.js";

const NEWEST = 25;
const customerId = document.body.querySelector("[data-customer]").dataset.customer;

const when = (iso) => (iso ? format.instant(iso, store().timezone, { dateStyle: "medium" }) : _("never"));

function metrics(card) {
  const open = opener({ customer: customerId });
  const figures = [...$("card-figures").content.children].map(({ textContent, dataset }) => {
    const text = write(dataset, card[dataset.figure], card.currency);
    return [textContent, "opens" in dataset && card[dataset.figure] > 0 ? open(dataset.figure, textContent, text) : text];
  });
  const rows = [...figures, [_("First order"), when(card.firstOrderAt)], [_("Last order"), when(card.lastOrderAt)]];
  return rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", {}, value)]);
}

function profile(known) {
  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const rows = [[_("Name"), known.name], [_("E-mail"), known.email], [_("Phone"), known.phone], [_("Loyalty card"), known.loyaltyCard], [_("Tier"), known.tier], ...Object.entries(known.attributes ?? {})];
  return rows.filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: text(value) })]);
}

async function show() {
  showFacts(store());
  $("customer").setAttribute("aria-busy", "true");
  try {
    const of = query({ storeId: store().id });
    const [card, page] = await Promise.all([
      read(`/store/customers/${encodeURIComponent(customerId)}/metrics?${of}`),
      read(`/store/orders?${query({ storeId: store().id, customerId, counter: "totalOrders", limit: NEWEST })}`),
    ]);
    document.body.dataset.state = "shown";
    showState("");
    $("name").textContent = card.profile?.name || customerId;
    document.title = `${$("name").textContent} · ${store().name} · Tillpulse`;
    $("segment").replaceChildren(segment(card.segment));
    fill($("metrics"), metrics(card));
    fill($("profile"), card.profile ? profile(card.profile) : []);
    $("no-profile").hidden = Boolean(card.profile);
    fill($("orders").tBodies[0], page.orders.map((order) => row(order, null, page.currency)));
    $("orders").hidden = page.orders.length === 0;
    $("no-orders").hidden = page.orders.length > 0;
    $("all").hidden = !page.nextCursor;
    $("all").href = ordersOf("totalOrders", { customer: customerId });
    $("all").textContent = _("All {count} orders", { count: format.count(page.total) });
  } catch (error) {
    document.body.dataset.state = "failed";
    showState(_("Can’t show this customer"), explain(error), error.status === 404 ? null : show);
  }
  $("customer").setAttribute("aria-busy", "false");
}

setUp(show);
