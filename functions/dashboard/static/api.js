// Requests to the API. The browser adds the session cookie; scripts never see the token.

import { problem } from "./problems.js";
import { _ } from "./texts.js";

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
  if (error instanceof Refused && error.status < 500) return problem(error);
  if (error instanceof Refused) return _("The service has a problem right now.");
  return _("The service can’t be reached right now.");
}
