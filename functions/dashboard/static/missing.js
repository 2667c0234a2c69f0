// Missing orders: their statuses came, and their creation never did.

import { explain, query, read } from "./api.js";
import { named } from "./codes.js";
import { $, el, notice } from "./dom.js";
import * as format from "./format.js";
import { orderPage } from "./opens.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

let cursor = null;

export async function showMissing({ more = false } = {}) {
  const of = store();
  try {
    const found = await read(`/store/missing-orders?${query({ storeId: of.id, limit: 20, cursor: more ? cursor : "" })}`);
    if (of.id !== store().id) return;
    const rows = $("missing").tBodies[0];
    if (!more) rows.replaceChildren();
    rows.append(...found.orders.map((order) => row(order, of.timezone)));
    cursor = found.nextCursor;
    $("missing-count").textContent = found.count ? found.complete ? `(${format.count(found.count)})` : _("({count} or more)", { count: format.count(found.count) }) : "";
    $("more-missing").hidden = !cursor;
    $("missing").parentElement.hidden = rows.rows.length === 0;
    $("no-missing").hidden = rows.rows.length > 0;
  } catch (error) {
    notice(explain(error), "error");
  }
}

function row(order, timezone) {
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: orderPage(order.orderId), text: order.orderId })),
    el("td", { text: Object.keys(order.statuses).map(named).join(", ") || _("a step on the way") }),
    el("td", { text: format.instant(order.since, timezone) }),
    el("td", { class: "number", text: format.age(order.ageSeconds) }));
}

$("more-missing").addEventListener("click", () => showMissing({ more: true }));
