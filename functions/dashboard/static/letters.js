// Dead letters: the reason, the message, and the decision to replay or discard it.

import { ask, explain, query, read } from "./api.js";
import { $, el, notice } from "./dom.js";
import * as format from "./format.js";
import { store } from "./page.js";

let cursor = null;

export async function showLetters({ older = false } = {}) {
  try {
    const state = $("letter-state").value;
    const found = await read(`/dead-letters?${query({ state, limit: 20, cursor: older ? cursor : "" })}`);
    if (!older) $("letters").replaceChildren();
    $("letters").append(...found.deadLetters.map(item));
    cursor = found.nextCursor;
    $("more-letters").hidden = !cursor;
    $("no-letters").hidden = $("letters").children.length > 0;
  } catch (error) {
    notice(explain(error), "error");
  }
}

function item(letter) {
  const when = format.instant(letter.lastAt, store().timezone, { dateStyle: "medium", timeStyle: "medium" });
  const facts = [letter.state, when, letter.function && `function ${letter.function}`, letter.sourceTopic && `topic ${letter.sourceTopic}`, letter.count > 1 && `received ${format.count(letter.count)} times`];
  const made = el("li", {},
    el("p", { class: "reason", text: letter.reason }),
    el("p", { class: "facts" }, ...facts.filter(Boolean).map((text) => el("span", { text }))));
  const payload = el("details", {}, el("summary", { text: "Message" }));
  payload.addEventListener("toggle", () => payload.open && !payload.querySelector("pre") && showPayload(payload, letter.id));
  made.append(payload);
  made.append(el("p", { class: "actions" },
    ...[["replay", "Replay"], ["discard", "Discard"]].map(([verb, text]) =>
      el("button", { type: "button", "data-verb": verb, text, disabled: letter.state !== "open", onclick: () => decide(letter.id, verb, made) }))));
  return made;
}

async function showPayload(payload, id) {
  try {
    const letter = await read(`/dead-letters/${id}`);
    let text = letter.data;
    try {
      text = JSON.stringify(JSON.parse(letter.data), null, 2);
    } catch {
      // Not JSON: shown as it was received.
    }
    payload.append(el("pre", { tabindex: "0", text }));
  } catch (error) {
    payload.append(el("p", { class: "wrong", text: explain(error) }));
  }
}

async function decide(id, verb, made) {
  for (const button of made.querySelectorAll("[data-verb]")) button.disabled = true;
  try {
    const letter = await (await ask(`/dead-letters/${id}/${verb}`, { method: "POST" })).json();
    notice(verb === "replay" ? "Replayed. If it is refused again, it comes back here." : "Discarded.");
    made.replaceWith(item(letter));
  } catch (error) {
    for (const button of made.querySelectorAll("[data-verb]")) button.disabled = false;
    notice(explain(error), "error");
  }
}

$("letter-state")?.addEventListener("change", () => showLetters());
$("more-letters")?.addEventListener("click", () => showLetters({ older: true }));
