// Operations, a section at a time: the one in the address brings its own script.

import { read, query } from "./api.js";
import { $ } from "./dom.js";
import * as format from "./format.js";
import { setUp, store } from "./page.js";
import { _ } from "./texts.js";

const SECTIONS = {
  letters: async () => (await import("./letters.js")).showLetters,
  missing: async () => (await import("./missing.js")).showMissing,
  comparison: async () => (await import("./reconcile.js")).showReconciliation,
  lookups: async () => (await import("./lookups.js")).showLookups,
  audit: async () => (await import("./audit.js")).showAudit,
  settings: async () => (await import("./settings.js")).showForms,
};

// Whether the store's month was found right when it was last compared, every night or by hand.
async function markComparison() {
  const mark = $("compared-mark");
  mark.hidden = true;
  const month = format.localDay(Date.now(), store().timezone).slice(0, 7);
  const { report } = await read(`/reconciliations?${query({ storeId: store().id, month })}`);
  if (!report) return;
  const isRight = report.driftCount === 0 || report.repaired;
  mark.dataset.mood = isRight ? "good" : "bad";
  mark.textContent = isRight ? "✓" : "✗";
  const at = format.instant(report.readTime, store().timezone, { dateStyle: "medium", timeStyle: "short" });
  mark.setAttribute("role", "img");
  mark.ariaLabel = mark.title = isRight ? _("Compared {time}: no difference", { time: at }) : _("Compared {time}: counters differ", { time: at });
  mark.hidden = false;
}

const show = await SECTIONS[$("section").dataset.tab]();
setUp(() => {
  show();
  // Without it, the section itself says what is wrong.
  markComparison().catch(() => {});
});
