// What every page does: picks the store from the URL, keeps it in links, and signs out.

import { explain, read } from "./api.js";
import { $, notice, showState } from "./dom.js";
import * as format from "./format.js";
import { _, ngettext } from "./texts.js";

export const parameters = () => new URLSearchParams(location.search);

export function store() {
  const chosen = $("store").selectedOptions[0];
  return { id: chosen?.value || "", name: chosen?.textContent.trim() || "", timezone: chosen?.dataset.timezone || "UTC", currency: chosen?.dataset.currency || null };
}

export function remember(values, { replace = false, state = null } = {}) {
  const address = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  const target = `${location.pathname}?${address}`;
  if (replace) history.replaceState(state, "", target);
  else if (target !== location.pathname + location.search) history.pushState(state, "", target);
  keepStore();
}

export function showFacts({ timezone, currency }) {
  if ($("zone")) $("zone").textContent = format.zoneName(timezone);
  if ($("currency")) $("currency").textContent = currency || _("no currency yet");
}

function keepStore() {
  for (const link of document.querySelectorAll("a[data-keep-store]")) {
    const { tab } = link.dataset;
    link.href = `${new URL(link.href).pathname}?${new URLSearchParams({ store: store().id, ...(tab && { tab }) })}`;
  }
  for (const link of document.querySelectorAll("a[hreflang]")) {
    const address = parameters();
    address.set("lang", link.hreflang);
    link.href = `?${address}`;
  }
}

// The number of open dead letters, beside the link to them.
export function showOpenLetters(open) {
  $("open-letters").textContent = format.count(open);
  $("open-letters").title = ngettext("{count} open dead letter", "{count} open dead letters", open, { count: format.count(open) });
  $("open-letters").hidden = open === 0;
}

function pickFromAddress() {
  const wanted = parameters().get("store");
  const picker = $("store");
  if (!wanted) return true;
  picker.value = wanted;
  if (picker.selectedIndex >= 0) return true;
  picker.selectedIndex = -1;
  return false;
}

// Calls `show` now, when another store is picked, and when the browser goes back or forward. It may return a promise.
export function setUp(show) {
  const start = () => {
    const isKnown = pickFromAddress();
    if (isKnown) keepStore();
    if (isKnown && store().id) {
      delete document.body.dataset.state;
      showState("");
      return show();
    }
    document.querySelector("[aria-busy]")?.setAttribute("aria-busy", "false");
    document.body.dataset.state = "refused";
    if (isKnown) showState(_("No store yet"), _("You have access to no store yet. A store appears with its first event or when an admin creates it."));
    else showState(_("Not one of your stores"), _("You have no access to this store. Choose another one above."));
  };
  $("store").addEventListener("change", () => {
    const address = parameters();
    for (const name of ["cursor", "page"]) address.delete(name);
    address.set("store", $("store").value);
    remember(Object.fromEntries(address));
    notice("");
    start();
  });
  addEventListener("popstate", start);
  $("sign-out").addEventListener("click", async () => {
    try {
      location.assign((await read("/session", { method: "DELETE" })).next);
    } catch (error) {
      notice(_("You are still signed in. {problem} Try again.", { problem: explain(error) }), "error");
    }
  });
  const isShown = Promise.resolve(start());
  // Nothing on the page depends on it, so it is asked last, and a failure says nothing.
  const countLetters = () => read("/dead-letters?state=open&limit=1").then(({ open }) => showOpenLetters(open), () => {});
  if ($("open-letters")) isShown.then(countLetters);
}
