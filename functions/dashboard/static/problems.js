// What the API refuses, in the page's language, by its code. In English, the API's own words say more.

import { _, isEnglish } from "./texts.js";

const PROBLEMS = {
  "bad-request": _("The request is wrong."),
  unauthorized: _("You are not signed in."),
  forbidden: _("You may not do this in this store."),
  "not-found": _("There is no such thing, or there no longer is."),
  conflict: _("This can’t be done as things are now."),
  "too-many-requests": _("Too many requests. Try again in a minute."),
  "instant-out-of-reach": _("These figures are too old to be paged. Start at the first page again."),
  "letter-unknown": _("There is no such dead letter, or there no longer is."),
  "range-too-costly": _("This range has too many products or coupons. Choose fewer days, or a calendar month."),
  "record-unreadable": _("A record holds what nobody can read. Ask the operators."),
  reconciling: _("Another run is reconciling this month."),
  "records-left-behind": _("Some records can’t move to the new time zone. Ask the operators."),
  "store-settled": _("The store has counted in this time zone or currency, so it can’t change."),
  "topic-unknown": _("No function reads the topic that this message came from."),
  "zone-moved": _("Another request moved the store to another time zone."),
};

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

export const problem = (error) => (isEnglish ? error.message : PROBLEMS[error.code] ?? error.message);

export function fieldProblem({ field, detail, code, values }) {
  if (isEnglish) return detail;
  const said = FIELDS[code] ?? VALUES[field.replace(/\[\d+\]$/, "")];
  return said ? said.replace(/\{(\w+)\}/g, (_match, name) => values[name]) : detail;
}
