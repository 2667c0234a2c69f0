// Requests to the API. The browser adds the session cookie; scripts never see the token.

import { _, isEnglish } from "./texts.js";

// What the API refuses, by its code, for who reads another language: in English, its own words say more.
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

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.detail || `HTTP ${status}`);
    this.status = status;
    this.code = answer.code;
    this.errors = answer.errors || [];
  }
}

let isLeaving = false;

export async function ask(path, { method = "GET", body, headers = {}, signal, patience = 20000 } = {}) {
  const request = { method, headers: { Accept: "application/json", ...headers }, cache: "no-store" };
  request.signal = signal ?? AbortSignal.timeout(patience);
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, request);
  if (response.ok || response.status === 304) return response;
  if (response.status === 401 && !isLeaving && document.body.dataset.page !== "signin") {
    // Of several questions that are refused, one leads away: a second one would abort it.
    isLeaving = true;
    // Whoever is still signed in at the issuer comes back at once, without seeing a page.
    location.assign(`/signin/start?silent&next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw new Refused(response.status, await response.json().catch(() => ({})));
}

export async function read(path, options) {
  return (await ask(path, options)).json();
}

export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value != null);
  return new URLSearchParams(given).toString();
}

export function explain(error) {
  if (error instanceof Refused && error.status < 500) return isEnglish ? error.message : PROBLEMS[error.code] ?? error.message;
  if (error instanceof Refused) return _("The service has a problem right now.");
  return _("The service can’t be reached right now.");
}
