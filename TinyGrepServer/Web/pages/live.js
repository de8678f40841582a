// The list of new matches: the newest is at the top. Whoever has scrolled down, or presses `w`, reads in peace: what comes meanwhile
// waits, and is counted.

import { element, number, readerUrl, Refused } from './server.js';
import { lineParameters, toParameters } from './question.js';
import { excerpt } from './lines.js';
import { follow } from './follow.js';

const max = 1000; // rows that are kept

export class Live {
  #asked = null;
  #controller = null;
  #waiting = [];
  #waits = false;
  #lost = null; // why there is no connection; '' where there is one, null where none has been yet

  /** `complain` is called with what cannot be helped. */
  constructor(place, button, complain) {
    Object.assign(this, { place, button, complain });
    this.list = place.querySelector('ol');
    this.more = place.querySelector('button');
    this.note = place.querySelector('.note');
    this.more.addEventListener('click', () => { this.#waits = false; this.#draw(); scrollTo(0, 0); });
    addEventListener('scroll', () => { if (!this.#isPaused) this.#draw(); }, { passive: true });
  }

  get isOn() { return this.#controller !== null; }

  get #isPaused() { return this.#waits || scrollY > 0; }

  /** Follows a question from now on; nothing where nothing is asked. */
  start(asked) {
    this.stop();
    if (!asked?.q) return;
    this.#asked = asked;
    this.place.hidden = false;
    void this.#follow(null);
  }

  async #follow(cursor) {
    const controller = this.#controller = new AbortController();
    this.button.ariaPressed = 'true';
    const lost = text => { this.#lost = text; this.#tell(); };
    this.#lost = null;
    this.#tell();
    const parameters = toParameters({ ...this.#asked, context: 0, order: 'name' });
    try {
      await follow(parameters, event => this.#take(event), controller.signal, { cursor, lost });
    } catch (failed) {
      if (controller !== this.#controller) return; // another question is followed by now
      this.#controller = null; // what has come stays
      this.button.ariaPressed = 'false';
      if (!(failed instanceof Refused)) throw failed;
      this.complain(failed, () => { if (!this.isOn && !this.place.hidden) void this.#follow(failed.cursor); });
    }
  }

  stop() {
    this.#controller?.abort();
    this.#controller = null;
    this.#waiting = [];
    this.#waits = false;
    this.list.replaceChildren();
    this.place.hidden = true;
    this.button.ariaPressed = 'false';
  }

  toggle(asked) {
    if (this.isOn) this.stop();
    else this.start(asked);
  }

  /** Pauses, or goes on. */
  togglePause() {
    if (!this.isOn) return;
    this.#waits = !this.#waits;
    this.#draw();
  }

  #take(event) {
    if (event.event === 'heartbeat' || event.event === 'bye') return;
    this.#waiting.push(event);
    if (this.#waiting.length > max) this.#waiting.shift();
    if (this.#isPaused) this.#tell();
    else this.#draw();
  }

  #draw() {
    if (!this.#isPaused) {
      for (const event of this.#waiting.splice(0)) this.list.prepend(this.#row(event));
      while (this.list.childElementCount > max) this.list.lastElementChild.remove();
    }
    this.#tell();
  }

  #tell() {
    const waiting = this.#waiting.length;
    this.more.hidden = waiting === 0;
    this.more.textContent = `${number(waiting)}${waiting === max ? ' or more' : ''} new`;
    this.note.textContent = this.#lost === null ? 'Connecting…'
      : this.#lost ? `Not connected: ${this.#lost}`
      : this.#waits ? 'Paused.'
      : this.list.childElementCount + waiting === 0 ? 'Nothing new yet.' : '';
  }

  #row(event) {
    if (event.event) return element('li', { className: 'context' }, element('span', { className: 'text' }, words(event)));
    const href = readerUrl(event.dictionary, event.line, lineParameters(this.#asked));
    const where = element('span', { className: 'number' }, `${event.dictionary}:${event.line}`);
    return element('li', { className: 'hit' }, element('a', { href }, where, excerpt(event.text, event.bounds ?? [])));
  }
}

/** What has happened beside matches. */
export function words({ event, dictionary, dictionaries = [], problem }) {
  if (event === 'rotated') return `${dictionary} was truncated or has gone; lines that nobody had read may be gone.`;
  if (event === 'gap') return `Lines may be missing from ${dictionaries.join(', ') || 'a deleted file'}.`;
  return `${dictionary}: ${problem}.`;
}
