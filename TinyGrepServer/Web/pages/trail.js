// What somebody leaves behind on the search page: for each question they came to rest at an entry in the history, with the place where
// they were, and one among the recent questions. The keystrokes on the way to a question leave nothing.

import { root } from './server.js';
import { toAddress } from './question.js';
import { notePlace } from './place.js';
import { keep } from './recent.js';

const rest = 2000; // ms without a change, after which somebody has come to rest

export class Trail {
  #isSettled = true; // the next change gets an entry of its own in the history
  #resting = 0; // the timer until somebody has come to rest
  #scrolling = 0; // the timer between scrolling and noting the place

  /** `shown` is the answer on the page; `question` reads the form. */
  constructor(shown, question) {
    Object.assign(this, { shown, question });
    history.scrollRestoration = 'manual';
    addEventListener('scroll', () => {
      clearTimeout(this.#scrolling);
      this.#scrolling = setTimeout(() => this.#notePlace(), 200);
    }, { passive: true });
  }

  /** Puts the question of the form into the address. */
  remember() {
    const address = toAddress(this.question());
    const url = `${root}/${address.size ? `?${address}` : ''}`;
    if (url !== location.pathname + location.search) {
      if (this.#isSettled) this.#notePlace();
      history[this.#isSettled ? 'pushState' : 'replaceState'](null, '', url);
    }
    this.#isSettled = false;
    document.title = address.get('q') ? `${address.get('q')} · TinyGrep` : 'TinyGrep';
  }

  settle() { this.#isSettled = true; }

  /** Keeps the question on the page, unless the form says another one by now: the beginning of a word is none that somebody asked. */
  keepAsked() {
    const { asked, answer } = this.shown;
    if (!asked?.q || !answer?.count) return;
    const address = String(toAddress(asked));
    if (address === String(toAddress(this.question()))) keep(address);
  }

  /** Somebody has come to rest at a question. */
  comeToRest() {
    this.settle();
    this.keepAsked();
  }

  /** Somebody has come to rest, unless another change follows. */
  comeToRestSoon() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.comeToRest(), rest);
  }

  /** Somebody leaves by a link of the results. */
  leaveBy(link) {
    clearTimeout(this.#scrolling); // where the page stood is told by the link
    this.#notePlace(link);
    this.comeToRest();
  }

  /** Notes where somebody is, for Back. */
  #notePlace(link) {
    const { asked, answer, results } = this.shown;
    if (!answer || asked === null) return;
    notePlace(results, results.isFolded ? answer.matches.length : results.matches.length, link);
  }
}
