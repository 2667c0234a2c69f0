// Polls the API while the page is visible. Conditional requests make an unchanged answer cheap.

import { ask, explain, Refused } from "./api.js";

const EVERY_MS = 10000;
const SLOWEST_MS = 120000;

export class Poll {
  // Requests `path()` and calls `show(data, asOf)` with new data, `same(asOf)` if nothing changed, or `failed(text, isFinal)`.
  constructor({ path, show, same, failed, every = EVERY_MS }) {
    Object.assign(this, { path, show, same, failed, every });
    this.failures = 0;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
      else if (this.asked) this.ask();
    });
    addEventListener("online", () => this.asked && this.ask());
  }

  pause() {
    clearTimeout(this.timer);
  }

  // Asks now. The same path as before is asked with its ETag, another one without.
  async ask() {
    this.pause();
    const path = this.path();
    if (path !== this.asked) this.etag = null;
    this.asked = path;
    this.running?.abort();
    const running = (this.running = new AbortController());
    const signal = AbortSignal.any([running.signal, AbortSignal.timeout(20000)]);
    try {
      const headers = this.etag ? { "If-None-Match": this.etag } : {};
      const response = await ask(path, { headers, signal });
      const asOf = response.headers.get("As-Of");
      const data = response.status === 304 ? null : await response.json();
      if (running.signal.aborted) return;
      this.failures = 0;
      if (data === null) this.same(asOf);
      else {
        this.etag = response.headers.get("ETag");
        this.show(data, asOf);
      }
    } catch (error) {
      if (running.signal.aborted) return;
      const isFinal = error instanceof Refused && error.status < 500 && error.status !== 429;
      this.failures += 1;
      this.failed(explain(error), isFinal);
      if (isFinal) return;
    }
    const wait = Math.max(this.every, Math.min(EVERY_MS * 2 ** Math.max(0, this.failures - 1), SLOWEST_MS));
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), wait);
  }
}
