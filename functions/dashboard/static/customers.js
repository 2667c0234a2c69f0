// The list of customers, sorted and paged by the API, or those that a search finds. Hovering over, focusing or
// touching a name opens the card.

import { explain, query, read } from "./api.js";
import { $, el, fill, showState } from "./dom.js";
import { cells } from "./figures.js";
import * as format from "./format.js";
import { customerPage } from "./opens.js";
import { parameters, remember, setUp, showFacts, store } from "./page.js";
import { close, closeSoon, isOpenFor, open, prefetch } from "./quick_card.js";
import { segment } from "./segments.js";
import { _, ngettext } from "./texts.js";

const HINT = $("found").textContent;

let running = 0;
// What the customers shown were found by, "" for the list. It is personal: no address and no history has it.
let searched = "";

// The cursors of the pages up to this one. A link to a page knows its own alone, so "Previous" leads to the first.
function cursors() {
  const cursor = parameters().get("cursor");
  if (!cursor) return [null];
  return history.state?.cursors?.at(-1) === cursor ? history.state.cursors : [null, cursor];
}

const page = () => Number(parameters().get("page")) || 1;

function turn(to) {
  const number = page() + to.length - cursors().length;
  const address = { store: store().id, sort: parameters().get("sort"), cursor: to.at(-1), page: to.length > 1 ? number : null };
  remember(address, { state: { cursors: to } });
  show();
}

const sort = () => parameters().get("sort") || "spent";

function row(customer) {
  const { customerId, currency, profile } = customer;
  const name = el("button", { type: "button", "aria-controls": "card", "aria-expanded": "false", text: profile?.name || customerId });
  const made = el("tr", {},
    el("th", { scope: "row" }, name),
    el("td", {}, segment(customer.segment)),
    ...cells($("customers"), customer, currency, (counter, label, text) =>
      counter === "totalOrders" ? el("a", { class: "opens", href: customerPage(customerId), "aria-label": _("{figure}: {value}. Open the customer {id}", { figure: label, value: text, id: customerId }), text }) : text),
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

function ask() {
  const storeId = store().id;
  if (searched) return read(`/store/customers/search?${query({ storeId })}`, { method: "POST", body: { text: searched } });
  return read(`/store/customers?${query({ storeId, sort: sort(), limit: 25, cursor: cursors().at(-1) })}`);
}

function tell({ customers: { length }, more }) {
  const count = format.count(length);
  if (more) return _("More than {count} customers found. Type more of the name.", { count });
  if (length === 0) return _("No customer has this id, name, e-mail address, phone number or loyalty card.");
  return ngettext("{count} customer found.", "{count} customers found.", length, { count });
}

function search(text) {
  const isNews = text || searched;
  searched = text;
  if (isNews) show();
}

function forgetSearch() {
  searched = $("searched").value = "";
}

async function show() {
  const mine = (running += 1);
  close();
  showFacts(store());
  document.title = _("Customers of {store} · Tillpulse", { store: store().name });
  $("list").setAttribute("aria-busy", "true");
  for (const head of document.querySelectorAll("[data-sort]")) {
    if (!searched && head.dataset.sort === sort()) head.setAttribute("aria-sort", "descending");
    else head.removeAttribute("aria-sort");
  }
  try {
    const found = await ask();
    if (mine !== running) return;
    document.body.dataset.state = "shown";
    showState("");
    fill($("customers").tBodies[0], found.customers.map(row));
    $("found").textContent = searched ? tell(found) : HINT;
    $("no-customers").hidden = Boolean(searched) || found.customers.length > 0;
    $("customers").hidden = found.customers.length === 0;
    $("list").hidden = Boolean(searched) && found.customers.length === 0;
    const isFirst = cursors().length === 1;
    $("pager").hidden = Boolean(searched) || (isFirst && !found.nextCursor);
    $("next").disabled = !found.nextCursor;
    $("next").dataset.cursor = found.nextCursor || "";
    $("first").disabled = $("back").disabled = isFirst;
    $("page").textContent = _("Page {number}", { number: format.count(page()) });
  } catch (error) {
    if (mine === running) {
      document.body.dataset.state = "failed";
      showState(_("Can’t show the customers"), explain(error), show);
    }
  }
  $("list").setAttribute("aria-busy", "false");
}

for (const head of document.querySelectorAll("[data-sort]")) {
  head.querySelector("button").addEventListener("click", () => {
    forgetSearch();
    remember({ store: store().id, sort: head.dataset.sort });
    show();
  });
}
$("next").addEventListener("click", () => turn([...cursors(), $("next").dataset.cursor]));
$("back").addEventListener("click", () => turn(cursors().slice(0, -1)));
$("first").addEventListener("click", () => turn([null]));
$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search($("searched").value.trim());
});
$("searched").addEventListener("input", () => $("searched").value || search(""));
$("searched").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  $("searched").value = "";
  search("");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  $("searched").focus();
  $("searched").select();
});
setUp(() => {
  forgetSearch();
  show();
});
