// Names of what the API writes as a code.

import { _ } from "./texts.js";

const NAMES = {
  // Dead letters
  open: _("open"), replayed: _("replayed"), discarded: _("discarded"),
  // The audit trail
  done: _("done"), refused: _("refused"), failed: _("failed"),
  // Lookups
  found: _("found"), unknown: _("unknown"), timeout: _("timeout"), connection_error: _("connection error"),
  rate_limited: _("rate limited"), server_error: _("server error"), malformed: _("malformed"), too_large: _("too large"),
  // Orders
  CREATED: _("created"), PAID: _("paid"), COMPLETED: _("completed"), EXPIRED: _("expired"), REFOUNDED: _("refunded"),
};

export const named = (code) => NAMES[code] ?? code.replaceAll("_", " ");

// The name on its own, as of a status.
export const titled = (code) => named(code).replace(/^./u, (letter) => letter.toLocaleUpperCase());
