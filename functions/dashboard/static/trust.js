// The line of trust: when the store's figures were last counted again from its orders, and what came of it.

import { query, read } from "./api.js";
import { $ } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";

export async function showTrust() {
  const asked = store();
  const line = $("trust");
  try {
    const { recount } = await read(`/store/recount?${query({ storeId: asked.id })}`);
    if (asked.id !== store().id) return;
    line.dataset.mood = recount && (recount.differences === 0 || recount.repaired) ? "good" : recount ? "bad" : "";
    line.textContent = recount ? say(recount, asked.timezone) : "Counted as orders come in, and recounted every night.";
  } catch {
    // The figures stand without it.
    line.textContent = "\u00a0";
  }
}

function say({ readTime, orders, differences, repaired, month }, timezone) {
  const time = format.instant(readTime, timezone, { dateStyle: "medium", timeStyle: "short" });
  const [year, number] = month.split("-").map(Number);
  const counted = `${format.count(orders)} ${orders === 1 ? "order" : "orders"} of ${format.month(year, number)}`;
  const found = differences === 0 ? "no difference" : `${format.count(differences)} ${differences === 1 ? "difference" : "differences"}${repaired ? ", repaired" : ""}`;
  return `Recounted ${time}: ${counted}, ${found}.`;
}
