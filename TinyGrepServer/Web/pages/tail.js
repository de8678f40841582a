// The reader follows its file: lines are added at the end as they are written. Whoever has scrolled up stays there.

import { Refused } from './server.js';
import { entryOf } from './question.js';
import { follow } from './follow.js';
import { words } from './live.js';

const near = 40; // px from the end that count as being there
const following = 'Following: lines are added as they are written.';

export class Tail {
  #controller = null;
  #isShown = false; // whether the lines up to where it follows are
  #last = 0; // the line told last

  /** `page` has the file's name, and what to do with lines. */
  constructor(button, page) {
    Object.assign(this, { button, page });
    button.addEventListener('click', () => void this.toggle());
  }

  async toggle() {
    if (this.#controller) return this.stop();
    const controller = this.#controller = new AbortController();
    this.button.ariaPressed = 'true';
    [this.#isShown, this.#last] = [false, 0];
    const parameters = new URLSearchParams([['q', '^'], ['dictionary', entryOf(this.page.name)]]);
    const lost = text => { if (text || this.#isShown) this.page.say(text || following); };
    try {
      await follow(parameters, event => this.#take(event), controller.signal, { lost });
    } catch (failed) {
      if (controller !== this.#controller) return;
      this.stop();
      if (!(failed instanceof Refused)) throw failed;
      this.page.complain(failed, () => void this.toggle());
    }
  }

  /** The first event tells that nothing is missed from here on: what has been written before is on the page then. */
  async #show() {
    const { signal } = this.#controller;
    const isThere = await this.page.toEnd(signal);
    if (signal.aborted) return;
    if (!isThere) return this.stop();
    this.#isShown = true;
    this.page.say(following);
    scrollTo(0, document.body.scrollHeight);
  }

  /** Lets the page be as it is. */
  stop() {
    if (!this.#controller) return;
    this.#controller.abort();
    this.#controller = null;
    this.button.ariaPressed = 'false';
    if (this.#isShown) this.page.say('');
  }

  /** A log that was renamed is read to its end under its new name; then another file has the name, and begins with its first line. */
  #add({ dictionary, line, text }, isAtEnd) {
    if (dictionary === this.page.name) {
      if (line === 1 || line < this.#last) this.page.clear();
      this.#last = line;
    }
    this.page.add(line, text, isAtEnd);
  }

  async #take(event) {
    if (!this.#isShown) await this.#show();
    if (!this.#isShown) return; // it was stopped, or cannot be shown
    if (event.event === 'heartbeat' || event.event === 'bye') return;
    const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - near;
    if (event.event === 'rotated') this.page.clear();
    if (event.event) this.page.say(words(event));
    else this.#add(event, isAtEnd);
    if (isAtEnd) scrollTo(0, document.body.scrollHeight);
  }
}
