// Two forms: how customers are looked up, and a store's settings. What is wrong is said in the API's words.

import { ask, explain, read } from "./api.js";
import { $, notice } from "./dom.js";
import { store } from "./page.js";

let current = null;

function values(form) {
  return Object.fromEntries([...form.elements].filter((field) => field.name).map((field) => {
    if (field.type === "checkbox") return [field.name, field.checked];
    const text = field.value.trim();
    const isNumber = field.dataset.type === "number" && text !== "" && Number.isFinite(Number(text));
    return [field.name, isNumber ? Number(text) : text];
  }));
}

function fillForm(form, given) {
  say(form, "");
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") field.checked = Boolean(given[field.name]);
    else field.value = given[field.name] ?? "";
  }
}

function say(form, text, errors = null) {
  const said = form.querySelector(".said");
  said.textContent = text;
  said.dataset.kind = errors ? "error" : "";
  for (const field of form.elements) {
    if (!field.name) continue;
    const isWrong = Boolean(errors?.some((error) => error.field.split(".")[0] === field.name));
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

async function save(form, path, body) {
  form.querySelector("button").disabled = true;
  try {
    const saved = await (await ask(path, { method: "PUT", body })).json();
    fillForm(form, saved);
    say(form, "Saved.");
    return saved;
  } catch (error) {
    say(form, explain(error), error.errors || []);
    return null;
  } finally {
    form.querySelector("button").disabled = false;
  }
}

export async function showConfiguration() {
  try {
    fillForm($("config"), await read("/config/customer-lookup"));
  } catch (error) {
    if (error.status === 404) say($("config"), "Not configured yet.");
    else notice(explain(error), "error");
  }
}

export async function showSettings() {
  const id = store().id;
  try {
    const found = (await read("/stores")).stores.find((one) => one.storeId === id);
    if (!found || id !== store().id) return;
    current = found;
    fillForm($("settings"), found);
  } catch (error) {
    notice(explain(error), "error");
  }
}

$("config")?.addEventListener("submit", (event) => {
  event.preventDefault();
  save($("config"), "/config/customer-lookup", values($("config")));
});
$("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!current) return;
  const { phoneRegion, ...given } = values($("settings"));
  const body = { ...given, phoneRegion: phoneRegion || null, segments: current.segments };
  const saved = await save($("settings"), `/stores/${encodeURIComponent(current.storeId)}`, body);
  if (!saved) return;
  current = saved;
  const shown = $("store").selectedOptions[0];
  shown.textContent = saved.name;
  shown.dataset.timezone = saved.timezone;
});
