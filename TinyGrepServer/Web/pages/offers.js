// Other questions, offered as buttons: where the term looks like another mode's, and where nothing matches.

import { element } from './server.js';
import { advice, hint } from './advice.js';

export class Offers {
  /** `take` is called with what a button changes in the question. */
  constructor(take) {
    this.take = take;
    [this.hintPlace, this.advicePlace] = ['hint', 'advice'].map(id => document.getElementById(id));
  }

  /** What the term looks like, while it is typed. */
  hintAt(question) {
    const found = question.q ? hint(question) : null;
    this.hintPlace.hidden = found === null;
    if (found) this.hintPlace.replaceChildren(`${found.text} `, this.#button(found));
  }

  /** What to ask instead of a question that nothing matches. */
  advise(question, answer) { this.offer(answer.complete && answer.count === 0 ? advice(question) : []); }

  /** Each choice has a label and what it changes; none of them takes the offers away. */
  offer(choices) {
    this.advicePlace.hidden = choices.length === 0;
    this.advicePlace.replaceChildren(...choices.length ? ['Try instead: ', ...choices.map(one => this.#button(one))] : []);
  }

  #button({ label, change }) {
    return element('button', { type: 'button', onclick: () => this.take(change) }, label);
  }
}
