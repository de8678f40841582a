// The reader follows its file: lines are added at the end as they are written. Whoever has scrolled up stays there.

import { Refused } from './server.js';
import { entryOf } from './question.js';
import { follow } from './follow.js';
import { words } from './live.js';

const near = 40; // px from the end that count as being there

export class Tail {
  #controller = null;

  /** `page` has the file's name, and what to do with lines. */
  constructor(button, page) {
    Object.assign(this, { button, page });
    button.addEventListener('click', () => void this.toggle());
  }

  async toggle() {
    if (this.#controller) return this.#stop('');
    const controller = this.#controller = new AbortController();
    this.button.ariaPressed = 'true';
    if (!await this.page.toEnd()) return this.#stop('');
    this.page.say('Following: lines are added as they are written.');
    scrollTo(0, document.body.scrollHeight);
    const parameters = new URLSearchParams([['q', '^'], ['dictionary', entryOf(this.page.name)]]);
    try {
      await follow(parameters, event => this.#take(event), controller.signal);
    } catch (failed) {
      this.#stop('');
      if (!(failed instanceof Refused)) throw failed;
      this.page.complain(failed, () => void this.toggle());
    }
  }

  #stop(text) {
    this.#controller?.abort();
    this.#controller = null;
    this.button.ariaPressed = 'false';
    this.page.say(text);
  }

  #take(event) {
    if (event.event === 'heartbeat' || event.event === 'bye') return;
    const isAtEnd = innerHeight + scrollY >= document.body.scrollHeight - near;
    if (event.event === 'rotated') this.page.clear();
    if (event.event) this.page.say(words(event));
    else this.page.add(event.line, event.text);
    if (isAtEnd) scrollTo(0, document.body.scrollHeight);
  }
}
