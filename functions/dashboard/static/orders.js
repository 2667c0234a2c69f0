// The orders behind a figure. They add up to it, and the page says so.

import { explain, query, read } from "./api.js";
import { $, showState } from "./dom.js";
import { sum, write } from "./figures.js";
import * as format from "./format.js";
import { row } from "./order_rows.js";
import { customerPage } from "./opens.js";
import { parameters, remember, setUp, showFacts, store } from "./page.js";
import { readPeriod } from "./period.js";
import { _, ngettext } from "./texts.js";

const FIRST = 50;
const MORE = 200;
let running = 0;
let list = null;

const chosen = () => Object.fromEntries(parameters());

const figure = () => {
  const known = [...$("counters").content.children].find((one) => one.dataset.figure === chosen().counter);
  return { label: known?.textContent ?? chosen().counter, kind: known?.dataset.kind ?? "count" };
};

function question(limit, cursor) {
  const { counter, product, coupon, customer, day, period } = chosen();
  const when = customer || day ? {} : readPeriod(period || "", store().timezone);
  return query({ storeId: store().id, counter, productId: product, couponCode: coupon, customerId: customer, day, ...when, limit, cursor });
}

function describe({ period }) {
  const { product, coupon, customer } = chosen();
  const of = product ? _("Product {id}", { id: product }) : coupon ? _("Coupon {code}", { code: coupon }) : customer ? _("Customer {id}", { id: customer }) : "";
  const when = !period ? _("all time")
    : period.type === "month" ? format.month(period.year, period.month)
    : period.startDate === period.endDate ? format.day(period.startDate) : format.days(period.startDate, period.endDate);
  return [of, when].filter(Boolean).join(" · ");
}

function draw() {
  const { page, orders } = list;
  const { label, kind } = figure();
  const shown = (amount) => write({ kind }, amount, page.currency);
  document.title = `${label} · ${store().name} · Tillpulse`;
  $("heading").textContent = `${label}: ${shown(page.total)}`;
  $("span").textContent = describe(page);
  $("as-of").textContent = _("As of {time}", { time: format.instant(page.generatedAt, store().timezone) });
  $("adds").textContent = _("Adds to {figure}", { figure: label });
  $("orders").tBodies[0].replaceChildren(...orders.map((order) => row(order, kind, page.currency)));
  $("orders").hidden = orders.length === 0;
  $("no-orders").hidden = orders.length > 0;
  const total = sum(orders.map((order) => order.adds));
  const counted = { count: format.count(orders.length), sum: shown(total), all: shown(page.total) };
  $("sum-of").textContent = ngettext("Sum of {count} order", "Sum of {count} orders", orders.length, counted);
  $("sum").textContent = shown(total);
  $("more").hidden = !page.nextCursor;
  const isWhole = !page.nextCursor;
  const isEqual = isWhole && total === page.total;
  $("verdict").dataset.mood = isWhole ? (isEqual ? "good" : "bad") : "";
  if (!isWhole) $("verdict").textContent = ngettext("The newest order. All of them add up to {all}.", "The newest {count} orders. All of them add up to {all}.", orders.length, counted);
  else if (isEqual) $("verdict").textContent = ngettext("This order adds up to {sum}: exactly the figure.", "These {count} orders add up to {sum}: exactly the figure.", orders.length, counted);
  else $("verdict").textContent = ngettext("This order adds up to {sum}. The figure is a few seconds behind; reload the page.", "These {count} orders add up to {sum}. The figure is a few seconds behind; reload the page.", orders.length, counted);
}

async function load(limit) {
  const page = await read(`/store/orders?${question(limit, list?.page.nextCursor)}`);
  return { page, orders: [...(list?.orders ?? []), ...page.orders] };
}

async function show() {
  const turn = (running += 1);
  const wanted = Number(chosen().rows) || FIRST;
  list = null;
  showFacts(store());
  showBack();
  $("list").setAttribute("aria-busy", "true");
  try {
    do {
      const loaded = await load(Math.min(MORE, wanted - (list?.orders.length ?? 0)));
      if (turn !== running) return;
      list = loaded;
    } while (list.page.nextCursor && list.orders.length < wanted);
    document.body.dataset.state = "shown";
    showState("");
    draw();
  } catch (error) {
    if (turn === running) {
      document.body.dataset.state = "failed";
      showState(_("Can’t show the orders"), explain(error), show);
    }
  }
  $("list").setAttribute("aria-busy", "false");
}

function showBack() {
  const { period, customer } = chosen();
  $("back").textContent = customer ? _("Customer") : _("Dashboard");
  $("back").href = customer ? customerPage(customer) : `/?${query({ store: store().id, period })}`;
}

$("more").addEventListener("click", async () => {
  const turn = running;
  const first = list.orders.length;
  $("more").disabled = true;
  try {
    const loaded = await load(MORE);
    if (turn !== running) return;
    list = loaded;
    remember({ ...chosen(), rows: list.orders.length }, { replace: true });
    draw();
    $("orders").tBodies[0].rows[first]?.querySelector("a").focus();
  } catch (error) {
    $("verdict").textContent = _("{problem} Reload the page to start again.", { problem: explain(error) });
  } finally {
    $("more").disabled = false;
  }
});
setUp(show);
