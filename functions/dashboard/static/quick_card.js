// The card of one customer. It opens at once with what the list shows, then shows the API's current answer.

import { query, read } from "./api.js";
import { $, el } from "./dom.js";
import { write } from "./figures.js";
import * as format from "./format.js";
import { customerPage } from "./opens.js";
import { store } from "./page.js";
import { segment } from "./segments.js";
import { _ } from "./texts.js";

const KEPT_MS = 15000;
const known = new Map();
let owner = null;
let closing = null;

// Requests a card ahead of time, while the pointer is on its row.
export function prefetch(customerId) {
  const key = JSON.stringify([store().id, customerId]);
  const held = known.get(key);
  if (held && Date.now() - held.at < KEPT_MS) return held.card;
  const card = read(`/store/customers/${encodeURIComponent(customerId)}/metrics?${query({ storeId: store().id })}`);
  card.catch(() => known.delete(key));
  known.set(key, { at: Date.now(), card });
  return card;
}

export function open(anchor, customer) {
  clearTimeout(closing);
  if (owner === anchor) return;
  close();
  owner = anchor;
  draw(customer);
  const box = $("card");
  box.hidden = false;
  anchor.setAttribute("aria-expanded", "true");
  anchor.setAttribute("aria-describedby", "card");
  anchor.closest("tr").classList.add("open");
  place(anchor, box);
  prefetch(customer.customerId).then((card) => owner === anchor && draw(card), () => {});
}

export function close() {
  clearTimeout(closing);
  if (!owner) return;
  owner.setAttribute("aria-expanded", "false");
  owner.removeAttribute("aria-describedby");
  owner.closest("tr")?.classList.remove("open");
  owner = null;
  $("card").hidden = true;
}

export function closeSoon() {
  clearTimeout(closing);
  closing = setTimeout(close, 200);
}

export const isOpenFor = (anchor) => owner === anchor;

// Beside the names, so that the next one can be pointed at. On a phone, at the edge that is further from the name.
function place(anchor, box) {
  const at = anchor.closest("th").getBoundingClientRect();
  const left = Math.max(8, Math.min(at.right + 8, document.documentElement.clientWidth - box.offsetWidth - 8));
  const top = Math.max(8, Math.min(at.top, innerHeight - box.offsetHeight - 8));
  const isLow = at.top > innerHeight / 2;
  box.dataset.edge = isLow ? "top" : "bottom";
  const lengths = { left: left + scrollX, top: top + scrollY, room: (isLow ? at.top : innerHeight - at.bottom) - 20 };
  for (const [name, length] of Object.entries(lengths)) box.style.setProperty(`--${name}`, `${Math.round(length)}px`);
}

function draw(card) {
  const { currency, profile } = card;
  const when = (time) => (time ? format.instant(time, store().timezone, { dateStyle: "medium" }) : _("never"));
  const days = card.daysSinceLastOrder;
  const rows = [
    ...[...$("card-figures").content.children].map(({ textContent, dataset }) => [textContent, write(dataset, card[dataset.figure], currency)]),
    [_("First order"), when(card.firstOrderAt)],
    [_("Last order"), when(card.lastOrderAt)],
    [_("Days since then"), days === null ? "–" : format.count(days)],
  ];
  if (typeof profile?.tier === "string") rows.unshift([_("Tier"), profile.tier]);
  const contact = [profile?.email, profile?.phone].filter((text) => typeof text === "string");
  if (contact.length) rows.unshift([_("Contact"), contact.join(", ")]);
  const outcomes = card.totalCompletedOrders + card.totalExpiredOrders + card.totalRefundedOrders;
  const note = _("An order that expired and was paid later counts as both; so does one that was refunded after it expired.");
  $("card").replaceChildren(
    el("h2", { id: "card-name", text: typeof profile?.name === "string" ? profile.name : card.customerId }),
    segment(card.segment),
    el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })])),
    outcomes > card.totalOrders ? el("p", { class: "meaning", text: note }) : "",
    ...attributes(profile),
    el("p", {}, el("a", { href: customerPage(card.customerId), text: _("Orders and profile") })));
}

// What else the customer API tells of the customer.
function attributes(profile) {
  const given = Object.entries(profile?.attributes ?? {});
  if (given.length === 0) return [];
  const rows = given.flatMap(([name, value]) =>
    [el("dt", { text: name }), el("dd", { text: typeof value === "string" ? value : JSON.stringify(value) })]);
  return [el("details", { class: "numbers" }, el("summary", { text: _("More about the customer") }), el("dl", {}, ...rows))];
}

$("card").addEventListener("pointerenter", () => clearTimeout(closing));
$("card").addEventListener("pointerleave", closeSoon);
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
document.addEventListener("pointerdown", (event) => {
  if (owner && !$("card").contains(event.target) && !owner.closest("tr").contains(event.target)) close();
});
