// Operations: dead letters, missing orders, reconciliation, lookups, the audit trail and settings.

import { setUp } from "./page.js";
import { showAudit } from "./audit.js";
import { $ } from "./dom.js";
import { showLetters } from "./letters.js";
import { showLookups } from "./lookups.js";
import { showMissing } from "./missing.js";
import { showReconciliation } from "./reconcile.js";
import { showConfiguration, showSettings } from "./settings.js";

setUp(() => {
  showMissing();
  showLookups();
  showReconciliation();
  showSettings();
  showAudit();
  if ($("letters")) showLetters();
  if ($("config")) showConfiguration();
});
