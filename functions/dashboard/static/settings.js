// Two forms: the settings of customer lookups, and a store's settings.

import { explain, read } from "./api.js";
import { $, el, notice } from "./dom.js";
import { fillForm, save, say, values } from "./fields.js";
import { store } from "./page.js";
import { _ } from "./texts.js";

const THRESHOLDS = ["recencyDays", "completedOrders", "spent"];
let current = null;
let configured = {};

async function showConfiguration() {
  try {
    configured = await read("/config/customer-lookup");
    fillForm($("config"), configured);
  } catch (error) {
    if (error.status === 404) say($("config"), _("Not configured yet."));
    else notice(explain(error), "error");
  }
}

export function showForms() {
  showSettings();
  if ($("config")) showConfiguration();
}

async function showSettings() {
  const id = store().id;
  try {
    const found = (await read("/stores")).stores.find((one) => one.storeId === id);
    if (found && id === store().id) show(found);
  } catch (error) {
    notice(explain(error), "error");
  }
}

function show(settings) {
  current = settings;
  const thresholds = THRESHOLDS.map((name) => [`segments.${name}`, settings.segments[name] ?? ["", "", "", ""]]);
  fillForm($("settings"), { phoneRegion: "", ...settings, ...Object.fromEntries(thresholds) });
  $("spent-unit").textContent = settings.currency ? _("in whole {currency}", { currency: settings.currency }) : _("in whole units of the currency");
}

function settings() {
  const { name, timezone, currency, phoneRegion, completesOn, ...given } = values($("settings"));
  const segments = Object.fromEntries(THRESHOLDS.map((one) => [one, given[`segments.${one}`]]));
  if (segments.spent.every((limit) => limit === null)) segments.spent = null;
  return { name, timezone, currency, phoneRegion: phoneRegion || null, completesOn, segments };
}

function suggest(list, kind) {
  $(list).replaceChildren(...Intl.supportedValuesOf(kind).map((value) => el("option", { value })));
}

$("config")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  // The form has no fields for the shape of the API; what is set of it stays.
  const saved = await save($("config"), "/config/customer-lookup", { ...configured, ...values($("config")) });
  if (!saved) return;
  configured = saved;
  fillForm($("config"), saved);
  say($("config"), _("Saved."));
});
$("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!current) return;
  const saved = await save($("settings"), `/stores/${encodeURIComponent(current.storeId)}`, settings());
  if (!saved) return;
  show(saved);
  say($("settings"), _("Saved."));
  const shown = $("store").selectedOptions[0];
  shown.textContent = saved.name;
  shown.dataset.timezone = saved.timezone;
  shown.dataset.currency = saved.currency ?? "";
});
suggest("timezones", "timeZone");
suggest("currencies", "currency");
