// The list of customers, sorted and paged by the API. Hovering over, focusing or touching a name opens the card.

import { explain, query, read } from "./api.js";
import { $, el, fill, showState } from "./dom.js";
import { cells } from "./figures.js";
import * as format from "./format.js";
import { customerPage } from "./opens.js";
import { parameters, remember, setUp, showFacts, store } from "./page.js";
import { close, closeSoon, isOpenFor, open, prefetch } from "./quick_card.js";
import { segment } from "./segments.js";
import { _ } from "./texts.js";

let cursors = [null];
let running = 0;

const sort = () => parameters().get("sort") || "spent";

function row(customer) {
  const { customerId, currency, profile } = customer;
  const name = el("button", { type: "button", "aria-controls": "card", "aria-expanded": "false", text: profile?.name || customerId });
  const made = el("tr", {},
    el("th", { scope: "row" }, name),
    el("td", {}, segment(customer.segment)),
    ...cells($("customers"), customer, currency, (counter, label, text) =>
      counter === "totalOrders" ? el("a", { class: "opens", href: customerPage(customerId), "aria-label": `${label}: ${text}. Open the customer ${customerId}`, text }) : text),
    el("td", { class: "number", text: customer.lastOrderAt ? format.instant(customer.lastOrderAt, store().timezone, { dateStyle: "medium" }) : _("never") }));
  made.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && prefetch(customerId).catch(() => {}));
  name.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open(name, customer));
  made.addEventListener("pointerleave", closeSoon);
  name.addEventListener("focus", () => name.matches(":focus-visible") && open(name, customer));
  name.addEventListener("blur", closeSoon);
  let wasOpen = false;
  name.addEventListener("pointerdown", () => { wasOpen = isOpenFor(name); });
  name.addEventListener("click", (event) => {
    const isTouch = event.pointerType === "touch";
    if (isTouch && wasOpen) close();
    else open(name, customer);
  });
  return made;
}

async function show() {
  const turn = (running += 1);
  close();
  showFacts(store());
  document.title = _("Customers of {store} · Tillpulse", { store: store().name });
  $("list").setAttribute("aria-busy", "true");
  for (const head of document.querySelectorAll("[data-sort]")) {
    if (head.dataset.sort === sort()) head.setAttribute("aria-sort", "descending");
    else head.removeAttribute("aria-sort");
  }
  try {
    const found = await read(`/store/customers?${query({ storeId: store().id, sort: sort(), limit: 25, cursor: cursors.at(-1) })}`);
    if (turn !== running) return;
    document.body.dataset.state = "shown";
    showState("");
    fill($("customers").tBodies[0], found.customers.map(row));
    $("no-customers").hidden = found.customers.length > 0;
    $("customers").hidden = found.customers.length === 0;
    $("pager").hidden = cursors.length === 1 && !found.nextCursor;
    $("next").disabled = !found.nextCursor;
    $("next").dataset.cursor = found.nextCursor || "";
    $("first").disabled = $("back").disabled = cursors.length === 1;
    $("page").textContent = _("Page {number}", { number: format.count(cursors.length) });
  } catch (error) {
    if (turn === running) {
      document.body.dataset.state = "failed";
      showState(_("Can’t show the customers"), explain(error), show);
    }
  }
  $("list").setAttribute("aria-busy", "false");
}

function start() {
  cursors = [null];
  show();
}

for (const head of document.querySelectorAll("[data-sort]")) {
  head.querySelector("button").addEventListener("click", () => {
    remember({ store: store().id, sort: head.dataset.sort });
    start();
  });
}
$("next").addEventListener("click", () => { cursors.push($("next").dataset.cursor); show(); });
$("back").addEventListener("click", () => { cursors.pop(); show(); });
$("first").addEventListener("click", start);
setUp(start);
