// Draws matches: by file, with context, matched parts marked, the many of one file folded behind a button. Overlapping contexts are
// merged, as grep merges them; a later part of the answer goes on where the earlier one stopped.

import { element, number, readerUrl } from './server.js';
import { excerpt } from './lines.js';

export const fold = 5; // matches of one file that are shown before they are folded
const chunk = 100; // rows of one list: the browser lays out those that are seen

export class Results {
  sections = [];

  /** `unfold` is called with a section whose button was pressed. */
  constructor(place, unfold) { Object.assign(this, { place, unfold }); }

  /** Begins anew: `parameters` are the question's, for the links; `isFolded` whether many matches of a file are. */
  clear(parameters = new URLSearchParams(), isFolded = false) {
    this.place.replaceChildren();
    this.sections = [];
    Object.assign(this, { parameters, isFolded });
  }

  /** All that is drawn, in order. */
  get matches() { return this.sections.flatMap(section => section.matches); }

  /** The links of all matches that are drawn, in order. */
  get links() { return [...this.place.querySelectorAll('.hit a')]; }

  add(matches) {
    for (const match of matches) {
      if (this.sections.at(-1)?.dictionary !== match.dictionary) this.#begin(match.dictionary);
      const section = this.sections.at(-1);
      if (this.isFolded && section.matches.length >= fold && !section.isOpen) section.hasMore = true;
      else section.draw(match);
    }
    for (const section of this.sections) section.tell();
  }

  /** Says how many matches each file has: `counts` is a map of names. */
  count(counts) {
    for (const section of this.sections) {
      section.total = counts.get(section.dictionary) ?? section.total;
      section.tell();
    }
  }

  #begin(dictionary) {
    const section = new Section(dictionary, this.parameters, () => this.unfold(section));
    this.place.append(section.element);
    this.sections.push(section);
  }
}

class Section {
  matches = [];
  total = null; // matches of the whole file, once they are counted
  hasMore = false; // there are more than were drawn
  isOpen = false; // it has been unfolded
  next = null; // where to go on
  #last = 0; // the last line drawn
  #lastHit = 0;
  #rows = new Map(); // of context, by line
  #list = null;

  constructor(dictionary, parameters, unfold) {
    Object.assign(this, { dictionary, parameters });
    this.count = element('span', { className: 'count' });
    this.button = element('button', { type: 'button', className: 'unfold', onclick: unfold });
    this.rest = element('p', { className: 'rest', hidden: true }, this.button);
    const link = element('a', { href: readerUrl(dictionary, 0, parameters) }, dictionary);
    this.element = element('section', {}, element('h2', {}, link, this.count), this.rest);
  }

  /** How high the list will be, for the browser, which does not lay it out until it is seen. */
  #measure() { this.#list?.style.setProperty('--rows', this.#list.childElementCount); }

  tell() {
    this.#measure();
    const left = this.total === null ? 0 : this.total - this.matches.length;
    this.count.textContent = this.total === null ? `${number(this.matches.length)}${this.hasMore ? '+' : ''}` : number(this.total);
    this.rest.hidden = !this.hasMore;
    this.button.textContent = left > 0 ? `${number(left)} more` : 'More in this file';
    this.button.ariaLabel = `${this.button.textContent}: ${this.dictionary}`;
  }

  /** Draws what comes behind the last match. */
  goOn(matches) {
    this.isOpen = true;
    const further = matches.filter(match => match.line > this.#lastHit);
    for (const match of further) this.draw(match);
    return further.length;
  }

  draw(match) {
    const first = match.line - match.before.length;
    const hasContext = match.before.length + match.after.length > 0;
    if (this.#last && first > this.#last + 1 && hasContext) this.#append(element('li', { className: 'gap', ariaHidden: 'true' }));
    match.before.forEach((text, at) => this.#drawContext(first + at, text));
    const row = this.#hit(match);
    const shown = this.#rows.get(match.line); // as the context of the match before
    if (shown) shown.replaceWith(row);
    else this.#append(row);
    this.matches.push(match);
    this.#lastHit = match.line;
    this.#last = Math.max(this.#last, match.line);
    match.after.forEach((text, at) => this.#drawContext(match.line + 1 + at, text));
  }

  #hit(match) {
    const href = readerUrl(match.dictionary, match.line, this.parameters);
    const lineNumber = element('span', { className: 'number' }, String(match.line));
    const copyButton = element('button', { type: 'button', className: 'copy', tabIndex: -1, title: 'Copy the link (c)' }, 'Copy link');
    return element('li', { className: 'hit' },
      element('a', { href }, lineNumber, excerpt(match.text, match.bounds ?? [])), copyButton);
  }

  #drawContext(at, text) {
    if (at <= this.#last) return;
    const row = element('li', { className: 'context' }, element('span', { className: 'number' }, String(at)), excerpt(text, []));
    this.#rows.set(at, row);
    this.#append(row);
    this.#last = at;
  }

  #append(row) {
    if (!this.#list || this.#list.childElementCount >= chunk) {
      this.#measure();
      this.#list = element('ol');
      this.rest.before(this.#list);
    }
    this.#list.append(row);
  }
}
