// Dead letters, by their reason: the message, and the decision to replay, correct or discard it.

import { ask, explain, query, read } from "./api.js";
import { named } from "./codes.js";
import { $, el, notice } from "./dom.js";
import * as format from "./format.js";
import { orderPage } from "./opens.js";
import { parameters, showOpenLetters, store } from "./page.js";
import { Poll } from "./poll.js";
import { _ } from "./texts.js";

const MOST = 200;
let letters = [];
let cursor = null;

// Only the letters of this order of the store, where the address names one.
const only = () => parameters().get("order");

const path = (more = {}) => `/dead-letters?${query({ state: $("letter-state").value, limit: MOST, ...(only() && { storeId: store().id, orderId: only() }), ...more })}`;

const poll = new Poll({
  path,
  show(found) {
    showOpenLetters(found.open);
    // What somebody reads or edits stays as it is, and so do older pages.
    if (letters.length > MOST || $("letters").querySelector("details[open]")) return;
    letters = found.deadLetters;
    cursor = found.nextCursor;
    render();
  },
  same() {},
  failed: (text) => notice(text, "error"),
});

export function showLetters() {
  letters = [];
  $("letters").replaceChildren();
  $("only").hidden = !only();
  if (only()) {
    $("only-order").textContent = _("Only those of order {id}", { id: only() });
    $("only-order").href = orderPage(only());
  }
  poll.ask();
}

async function showOlder() {
  try {
    const found = await read(path({ cursor }));
    letters = [...letters, ...found.deadLetters];
    cursor = found.nextCursor;
    render();
  } catch (error) {
    notice(explain(error), "error");
  }
}

// Reasons that differ in names and numbers alone are of one kind.
const kind = ({ reason }) => reason.replace(/'[^']*'|"[^"]*"|\d+(?:[.:]\d+)*/g, "…");

function render() {
  const wanted = $("letter-filter").value.trim().toLowerCase();
  const found = letters.filter(({ reason, storeId, orderId, function: by, sourceTopic }) =>
    [reason, storeId, orderId, by, sourceTopic].some((text) => text?.toLowerCase().includes(wanted)));
  const groups = new Map();
  for (const letter of found) groups.set(kind(letter), [...(groups.get(kind(letter)) ?? []), letter]);
  const sorted = [...groups.values()].sort((one, other) => other.length - one.length);
  $("letters").replaceChildren(...sorted.map(group));
  $("more-letters").hidden = !cursor;
  $("no-letters").hidden = found.length > 0;
}

function group(members) {
  const title = members.length === 1 ? members[0].reason : kind(members[0]);
  return el("section", { class: "group" },
    el("h3", { class: "reason" }, el("span", { text: title }), members.length === 1 ? "" : el("span", { class: "count", text: format.count(members.length) })),
    el("ul", { class: "entries" }, ...members.map((letter) => item(letter, title))));
}

const storeName = (id) => [...$("store").options].find(({ value }) => value === id)?.textContent.trim() ?? id;

function order({ storeId, orderId }) {
  const text = _("order {id}", { id: orderId });
  return storeId ? el("a", { href: orderPage(orderId, storeId), text }) : text;
}

function item(letter, title) {
  const when = format.instant(letter.lastAt, store().timezone, { dateStyle: "medium", timeStyle: "medium" });
  const facts = [
    named(letter.state),
    letter.storeId && _("store {name}", { name: storeName(letter.storeId) }),
    letter.orderId && order(letter),
    letter.function && _("function {name}", { name: letter.function }),
    letter.sourceTopic && _("topic {name}", { name: letter.sourceTopic }),
    letter.count > 1 && _("received {count} times", { count: format.count(letter.count) }),
  ];
  const age = format.ago((Date.now() - Date.parse(letter.lastAt)) / 1000);
  const made = el("li", {},
    letter.reason === title ? "" : el("p", { class: "reason", text: letter.reason }),
    el("p", { class: "facts" }, el("time", { datetime: letter.lastAt, title: when, text: age }), ...facts.filter(Boolean).map((fact) => el("span", {}, fact))));
  const payload = el("details", {}, el("summary", { text: _("Message") }));
  payload.addEventListener("toggle", () => payload.open && !payload.querySelector("pre, textarea") && showPayload(payload, letter, made, title));
  const button = (verb, text) => el("button", { type: "button", "data-verb": verb, text, onclick: () => decide(letter, verb, made, title) });
  made.append(payload, el("p", { class: "actions" },
    ...(letter.state === "open" ? [button("replay", _("Replay")), button("discard", _("Discard"))] : []),
    ...(letter.state === "discarded" ? [button("reopen", _("Undo the discard"))] : [])));
  return made;
}

async function showPayload(payload, letter, made, title) {
  try {
    const { data, encoding } = await read(`/dead-letters/${letter.id}`);
    const text = indented(data);
    payload.append(letter.state === "open" && encoding === "utf-8" ? editor(text, letter, made, title) : el("pre", { tabindex: "0", text }));
  } catch (error) {
    payload.append(el("p", { class: "wrong", text: explain(error) }));
  }
}

function indented(data) {
  try {
    return JSON.stringify(JSON.parse(data), null, 2);
  } catch {
    return data; // Not JSON: shown as it was received.
  }
}

function editor(text, letter, made, title) {
  const area = el("textarea", { "aria-label": _("Message"), rows: Math.min(24, text.split("\n").length + 1), spellcheck: "false" });
  area.value = text;
  const send = el("button", { type: "button", "data-verb": "correct", disabled: true, text: _("Send the edited message"), onclick: () => decide(letter, "correct", made, title, { data: area.value }) });
  area.addEventListener("input", () => { send.disabled = area.value === text; });
  return el("div", { class: "editor" }, area, send);
}

const SAID = {
  replay: _("Replayed. If it is refused again, it comes back here."),
  correct: _("The edited message is sent. If it is refused, it comes back here."),
  discard: _("Discarded."),
  reopen: _("Open again."),
};

async function decide(letter, verb, made, title, body) {
  for (const button of made.querySelectorAll("[data-verb]")) button.disabled = true;
  try {
    const changed = await (await ask(`/dead-letters/${letter.id}/${verb}`, { method: "POST", body })).json();
    notice(SAID[verb]);
    letters = letters.map((one) => (one.id === changed.id ? changed : one));
    const renewed = item(changed, title);
    made.replaceWith(renewed);
    (renewed.querySelector("[data-verb]") ?? renewed.querySelector("summary")).focus();
  } catch (error) {
    for (const button of made.querySelectorAll("[data-verb]")) button.disabled = false;
    notice(explain(error), "error");
  }
}

$("letter-state").addEventListener("change", showLetters);
$("letter-filter").addEventListener("input", render);
$("more-letters").addEventListener("click", showOlder);
