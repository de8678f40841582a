// The reader follows its file: lines are added at the end as they are written. Whoever has scrolled up stays there.

import { Refused } from './server.js';
import { entryOf } from './question.js';
import { follow } from './follow.js';
import { words } from './live.js';

const near = 40; // px from the end that count as being there

export class Tail {
  #controller = null;
  #isShown = false; // whether the lines up to where it follows are

  /** `page` has the file's name, and what to do with lines. */
  constructor(button, page) {
    Object.assign(this, { button, page });
    button.addEventListener('click', () => void this.toggle());
  }

  async toggle() {
    if (this.#controller) {
      this.#stop();
      return this.page.say('');
    }
    const controller = this.#controller = new AbortController();
    this.button.ariaPressed = 'true';
    this.#isShown = false;
    const parameters = new URLSearchParams([['q', '^'], ['dictionary', entryOf(this.page.name)]]);
    try {
      await follow(parameters, event => this.#take(event), controller.signal);
    } catch (failed) {
      this.#stop();
      if (!(failed instanceof Refused)) throw failed;
      this.page.complain(failed, () => void this.toggle());
    }
  }

  /** The first event tells that nothing is missed from here on: what has been written before is on the page then. */
  async #show() {
    this.#isShown = await this.page.toEnd() && this.#controller !== null;
    if (!this.#isShown) return this.#stop();
    this.page.say('Following: lines are added as they are written.');
    scrollTo(0, document.body.scrollHeight);
  }

  #stop() {
    this.#controller?.abort();
    this.#controller = null;
    this.button.ariaPressed = 'false';
  }

  async #take(event) {
    if (!this.#isShown) await this.#show();
    if (!this.#isShown) return; // it was stopped, or cannot be shown
    if (event.event === 'heartbeat' || event.event === 'bye') return;
    const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - near;
    if (event.event === 'rotated') this.page.clear();
    if (event.event) this.page.say(words(event));
    else this.page.add(event.line, event.text);
    if (isAtEnd) scrollTo(0, document.body.scrollHeight);
  }
}
