// One question at a time. An earlier one is given up by closing its connection; the server notices that within a second and ends the
// search. Until then it counts as running, and none is begun beside it: however fast somebody types, and however late a busy server
// notices, no more than two searches run for a page. Where a search is done before the next key, nothing is given up and nothing waits.

import { ask } from './server.js';

const noticed = 1000; // ms in which the server has noticed that somebody left
const young = 250; // ms that a request has to run before it is looked at

export class Asking {
  #controller = new AbortController();
  #started = null; // when the request in flight began
  #leaving = []; // when those that were given up have surely ended

  /** Of the last question; the next one aborts it. */
  get signal() { return this.#controller.signal; }

  /** Gives up what is asked for, and begins anew. */
  begin() {
    this.#controller.abort();
    if (this.#started !== null) {
      this.#leaving.push(Math.max(performance.now() + noticed, this.#started + young + noticed));
      this.#started = null;
    }
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  /** Asks as soon as there is room; `signal` is what `begin` returned. */
  async ask(path, signal) {
    await this.#room(signal);
    this.#started = performance.now();
    try {
      return await ask(path, { signal });
    } finally {
      if (!signal.aborted) this.#started = null;
    }
  }

  async #room(signal) {
    for (;;) {
      signal.throwIfAborted();
      this.#leaving = this.#leaving.filter(end => end > performance.now());
      if (this.#leaving.length === 0) return;
      await pause(Math.min(...this.#leaving) - performance.now());
    }
  }
}

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, Math.max(milliseconds, 0)));
