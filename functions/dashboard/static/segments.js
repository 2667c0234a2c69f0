// The segments of customers, by name.

import { el } from "./dom.js";

const SEGMENTS = {
  CHAMPIONS: ["Champion", "good"], LOYAL: ["Loyal", "good"], ACTIVE: ["Active", "good"], NEW: ["New", "good"],
  PROMISING: ["Promising", "good"], NEEDS_ATTENTION: ["Needs attention", ""], ALMOST_LOST: ["Almost lost", "bad"],
  AT_RISK: ["At risk", "bad"], PREVIOUSLY_LOYAL: ["Previously loyal", "bad"], DORMANT: ["Dormant", ""], PROSPECTS: ["Prospect", ""],
};

export function segment(code) {
  const [name, mood] = SEGMENTS[code] || [code, ""];
  return el("span", { class: "segment", "data-mood": mood, text: name });
}
