// The line of trust: when the store's figures were last counted again from its orders, and what came of it.

import { query } from "./api.js";
import { $ } from "./dom.js";
import * as format from "./format.js";
import { News } from "./news.js";
import { store } from "./page.js";
import { Poll } from "./poll.js";
import { _, ngettext } from "./texts.js";

const EVERY_MS = 10 * 60 * 1000;
const news = new News(() => [$("trust")]);
const poll = new Poll({
  every: EVERY_MS,
  path: () => `/store/recount?${query({ storeId: store().id })}`,
  show({ storeId, recount }) {
    $("trust").dataset.mood = recount && (recount.differences === 0 || recount.repaired) ? "good" : recount ? "bad" : "";
    $("trust").textContent = recount ? say(recount, store().timezone) : _("Counted as orders come in, and recounted every night.");
    news.show(storeId);
  },
  same() {},
  // The figures stand without it.
  failed() { $("trust").textContent = "\u00a0"; },
});

export const showTrust = () => poll.ask();

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
