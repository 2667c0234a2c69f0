// Operations: dead letters, reconciliation, lookups, the audit trail and settings.

import { setUp } from "./page.js";
import { showAudit } from "./audit.js";
import { $ } from "./dom.js";
import { showLetters } from "./letters.js";
import { showLookups } from "./lookups.js";
import { showReconciliation } from "./reconcile.js";
import { showConfiguration, showSettings } from "./settings.js";

setUp(() => {
  showLookups();
  showReconciliation();
  showSettings();
  showAudit();
  if ($("letters")) showLetters();
  if ($("config")) showConfiguration();
});
