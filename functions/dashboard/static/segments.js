// The segments of customers, by name.

import { el } from "./dom.js";
import { _ } from "./texts.js";

const SEGMENTS = {
  CHAMPIONS: [_("Champion"), "good"], LOYAL: [_("Loyal"), "good"], ACTIVE: [_("Active"), "good"], NEW: [_("New"), "good"],
  PROMISING: [_("Promising"), "good"], NEEDS_ATTENTION: [_("Needs attention"), ""], ALMOST_LOST: [_("Almost lost"), "bad"],
  AT_RISK: [_("At risk"), "bad"], PREVIOUSLY_LOYAL: [_("Previously loyal"), "bad"], DORMANT: [_("Dormant"), ""], PROSPECTS: [_("Prospect"), ""],
};

export function segment(code) {
  const [name, mood] = SEGMENTS[code] || [code, ""];
  return el("span", { class: "segment", "data-mood": mood, text: name });
}
