// Forms: fills fields from the API's answers and saves them. The API's errors are shown next to their fields.

import { ask, explain } from "./api.js";
import { el } from "./dom.js";
import { _, isEnglish } from "./texts.js";

// What the API refuses in a field, by its code.
const FIELDS = {
  missing: _("expected a value"),
  greater_than_equal: _("expected {ge} or more, got {got}"),
  less_than_equal: _("expected {le} or less, got {got}"),
  less_than: _("expected less than {lt}, got {got}"),
  greater_than: _("expected more than {gt}, got {got}"),
  int_type: _("expected a whole number, got {got}"),
  int_parsing: _("expected a whole number, got {got}"),
  int_from_float: _("expected a whole number, got {got}"),
  float_type: _("expected a number, got {got}"),
  float_parsing: _("expected a number, got {got}"),
  string_type: _("expected a text, got {got}"),
  string_too_short: _("expected at least {min_length} characters"),
  string_too_long: _("expected at most {max_length} characters"),
};

// What a check of the API itself refuses.
const VALUES = {
  timezone: _("expected a time zone such as America/Sao_Paulo"),
  currency: _("expected a currency code such as BRL"),
  phoneRegion: _("expected a country code such as BR"),
  "segments.recencyDays": _("expected four rising numbers"),
  "segments.completedOrders": _("expected four rising numbers"),
  "segments.spent": _("expected four rising numbers"),
};

let messages = 0;

const named = (form, name) => [...form.elements].filter((field) => field.name === name);

function value(field) {
  if (field.type === "checkbox") return field.checked;
  const text = field.value.trim();
  if (field.dataset.type === undefined) return text;
  if (text === "") return null;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

// Returns the fields' values by name; a list where several fields share a name.
export function values(form) {
  const names = new Set([...form.elements].map((field) => field.name).filter(Boolean));
  return Object.fromEntries([...names].map((name) => {
    const found = named(form, name).map(value);
    return [name, found.length > 1 ? found : found[0]];
  }));
}

export function fillForm(form, given) {
  say(form, "");
  for (const [name, all] of Object.entries(given)) {
    named(form, name).forEach((field, place) => {
      const one = Array.isArray(all) ? all[place] : all;
      if (field.type === "checkbox") field.checked = Boolean(one);
      else field.value = one ?? "";
    });
  }
}

export function say(form, text, { isWrong = false, errors = [] } = {}) {
  const said = form.querySelector(".said");
  said.textContent = text;
  said.dataset.kind = isWrong ? "error" : "";
  for (const old of form.querySelectorAll(".wrong")) old.remove();
  for (const field of form.elements) {
    field.removeAttribute("aria-invalid");
    if (field.dataset.hint) field.setAttribute("aria-describedby", field.dataset.hint);
    else field.removeAttribute("aria-describedby");
  }
  for (const error of errors) complain(form, error);
}

// Shows an error next to its field. "segments.spent[1]" is the second field of that name; without an index, all of them.
function complain(form, error) {
  const { field } = error;
  const detail = problem(error);
  const [, name, position] = /^(.*?)(?:\[(\d+)\])?$/.exec(field);
  const all = named(form, name);
  const wrong = position === undefined ? all : all.filter((_, place) => place === Number(position));
  if (wrong.length === 0) {
    form.querySelector(".said").textContent += ` ${field ? `${field}: ` : ""}${detail}.`;
    return;
  }
  const message = explanation(wrong[0].closest("fieldset") ?? wrong[0].closest("label"), detail);
  for (const one of wrong) {
    one.setAttribute("aria-invalid", "true");
    one.setAttribute("aria-describedby", [one.dataset.hint, message.id].filter(Boolean).join(" "));
  }
}

// In the page's language; in English, the API's own words say more.
function problem({ field, detail, code, values }) {
  if (isEnglish) return detail;
  const said = FIELDS[code] ?? VALUES[field.replace(/\[\d+\]$/, "")];
  return said ? said.replace(/\{(\w+)\}/g, (_match, name) => values[name]) : detail;
}

// Returns the element with the message below a place. The same message for several fields is shown once.
function explanation(place, detail) {
  let last = place;
  while (last.nextElementSibling?.matches(".wrong")) {
    last = last.nextElementSibling;
    if (last.textContent === detail) return last;
  }
  const made = el("p", { class: "wrong", id: `wrong-${(messages += 1)}`, text: detail });
  last.after(made);
  return made;
}

// Sends the form's content; returns what was saved, or null if it was refused.
export async function save(form, path, body) {
  const button = form.querySelector("button");
  button.disabled = true;
  say(form, _("Saving…"));
  try {
    return await (await ask(path, { method: "PUT", body })).json();
  } catch (error) {
    const errors = error.errors ?? [];
    say(form, errors.length ? _("Not saved.") : explain(error), { isWrong: true, errors });
    form.querySelector("[aria-invalid]")?.focus();
    return null;
  } finally {
    button.disabled = false;
  }
}
