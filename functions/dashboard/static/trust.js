// The line of trust: when the store's figures were last counted again from its orders, and what came of it.

import { query, read } from "./api.js";
import { $ } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";
import { _, ngettext } from "./texts.js";

export async function showTrust() {
  const asked = store();
  const line = $("trust");
  try {
    const { recount } = await read(`/store/recount?${query({ storeId: asked.id })}`);
    if (asked.id !== store().id) return;
    line.dataset.mood = recount && (recount.differences === 0 || recount.repaired) ? "good" : recount ? "bad" : "";
    line.textContent = recount ? say(recount, asked.timezone) : _("Counted as orders come in, and recounted every night.");
  } catch {
    // The figures stand without it.
    line.textContent = "\u00a0";
  }
}

function say({ readTime, orders, differences, repaired, month }, timezone) {
  const time = format.instant(readTime, timezone, { dateStyle: "medium", timeStyle: "short" });
  const [year, number] = month.split("-").map(Number);
  const values = { time, month: format.month(year, number), count: format.count(differences) };
  const counted = ngettext("{count} order", "{count} orders", orders, { count: format.count(orders) });
  const found = differences === 0 ? _("no difference")
    : repaired ? ngettext("{count} difference, repaired", "{count} differences, repaired", differences, values)
    : ngettext("{count} difference", "{count} differences", differences, values);
  return _("Recounted {time}: {counted} of {month}, {found}.", { ...values, counted, found });
}
