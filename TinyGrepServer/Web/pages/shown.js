// The answer on the search page: its parts are drawn as they come, what is folded of a file is unfolded a part at a time, and once the
// typing has paused it is said how many matches there are in all, and what was left out.

import { ask, element, Refused } from './server.js';
import { entryOf, lineParameters, toParameters } from './question.js';
import { pause } from './asking.js';
import { Results, fold } from './results.js';
import { leftOut, summary } from './summary.js';

const furtherPart = 1000; // matches of each part that is asked for
const maxFiles = 1000; // whose matches are counted one by one

/** Where the API answers; `isFolded` asks of each file no more than the page shows of it. */
export const searchPath = (parameters, isFolded, rest = {}) => {
  const query = new URLSearchParams([...parameters, ...Object.entries(rest)]);
  if (isFolded) query.set('max_per_dictionary', fold + 1);
  return `/api/v1/search?${query}`;
};

export class Shown {
  asked = null; // the question that is shown, which the form may have left behind
  answer = null; // its answer; the parts of it joined
  counts = null; // how many matches each file has, where that is known

  /**
   * `page.drawn` is called when a part of an answer has been drawn, `page.tell` with the answer in words, and `page.complain` with what
   * failed and what tries it again.
   */
  constructor(place, asking, page) {
    Object.assign(this, { asking, page });
    this.results = new Results(place, section => void this.unfold(section));
    [this.more, this.leftOut] = ['more', 'left-out'].map(id => document.getElementById(id));
  }

  /** Of the last question that was asked; the next one aborts it. */
  get signal() { return this.asking.signal; }

  /** Begins with another question, of whose answer nothing is drawn yet. */
  begin(asked, isFolded) {
    this.asked = asked;
    this.counts = null;
    this.results.clear(lineParameters(asked), isFolded);
  }

  /** Shows nothing. */
  clear() {
    this.asked = this.answer = this.counts = null;
    this.results.clear();
    this.more.replaceChildren();
    this.leftOut.textContent = '';
  }

  /** Draws a part of an answer; the first one, or one that goes on where the last one stopped. */
  show(found, isMore = false) {
    const { sections } = this.results;
    this.results.add(found.matches);
    this.answer = isMore ? this.#joined(found) : found;
    if (this.answer.complete && sections.length <= 1000) this.#take(sections.map(one => [one.dictionary, one.matches.length]));
    this.leftOut.textContent = leftOut(this.answer);
    this.more.replaceChildren(...this.answer.next
      ? [element('button', { type: 'button', onclick: () => void this.loadMore() }, 'More matches')] : []);
    this.page.drawn();
    this.page.tell(this.#summary());
  }

  /** The answer and its next part as one: of what is folded, or could not be read, a part tells only its own. */
  #joined(found) {
    const { answer: before, results } = this;
    const problems = [...before.problems ?? [], ...found.problems ?? []];
    const both = { ...found, matches: before.matches.concat(found.matches), count: before.count + found.count, problems };
    if (!found.complete) return both;
    if (problems.length) return { ...both, complete: false, stop_reason: 'unreadable' };
    const isPart = results.isFolded && results.sections.some(section => section.hasMore || section.isOpen);
    return isPart ? { ...both, complete: false, stop_reason: 'limit' } : both;
  }

  #summary(all = null) {
    return summary(this.answer, { files: this.results.sections.length, isFolded: this.results.isFolded }, all);
  }

  #take(counts) {
    this.counts = new Map(counts);
    this.results.count(this.counts);
  }

  async loadMore() {
    const { answer: before, signal } = this;
    const place = this.results.matches.length;
    const button = this.more.querySelector('button');
    if (button) button.disabled = true;
    try {
      const rest = { cursor: before.next, limit: furtherPart };
      const found = await ask(searchPath(toParameters(this.asked), this.results.isFolded, rest), { signal });
      if (this.answer !== before) return; // another question has been answered meanwhile
      this.show(found, true);
      this.results.links[place]?.focus();
      void this.lookCloser(signal);
    } catch (failed) {
      if (button) button.disabled = false;
      this.page.complain(failed, () => this.loadMore());
    }
  }

  /** Shows what is folded of one file, a part at a time. */
  async unfold(section, limit = furtherPart) {
    const { signal } = this;
    section.button.disabled = true;
    try {
      const own = { ...this.asked, dictionary: [entryOf(section.dictionary)] };
      const rest = { limit, ...section.next ? { cursor: section.next } : {} };
      const found = await ask(searchPath(toParameters(own), false, rest), { signal });
      if (signal.aborted) return;
      const upToIt = this.results.sections.slice(0, this.results.sections.indexOf(section) + 1);
      const place = upToIt.reduce((sum, one) => sum + one.matches.length, 0);
      section.goOn(found.matches);
      section.next = found.next;
      section.hasMore = found.next !== null;
      section.tell();
      this.results.links[place]?.focus({ preventScroll: true });
    } catch (failed) {
      this.page.complain(failed, () => this.unfold(section));
    } finally {
      section.button.disabled = false;
    }
  }

  /** Once the typing has paused: how many matches there are in all, which reads every file to its end, and what was left out. */
  async lookCloser(signal) {
    await pause(300);
    if (signal.aborted) return;
    try {
      if (this.answer.stop_reason === 'limit') await this.#countAll(signal);
      if (signal.aborted) return;
      if (Object.keys(this.answer.skipped ?? {}).length) await this.#nameLeftOut(signal);
    } catch (failed) {
      if (failed.name !== 'AbortError' && !(failed instanceof Refused)) throw failed; // the answer stands without it
    }
  }

  async #countAll(signal) {
    const rest = { count_only: 'true', limit: maxFiles + 1 };
    const all = await this.asking.ask(searchPath(toParameters(this.asked), false, rest), signal);
    if (signal.aborted || !all.complete) return;
    this.#take(all.dictionaries.map(one => [one.dictionary, one.count]));
    const files = Math.min(all.dictionaries.length, maxFiles);
    this.page.tell(this.#summary({ matches: all.count, files, isCut: all.dictionaries.length > maxFiles }));
  }

  async #nameLeftOut(signal) {
    const entries = this.asked.dictionary.map(entry => ['dictionary', entry]);
    const query = new URLSearchParams([...entries, ['skipped', 'true'], ['quick', '1'], ['limit', 20]]);
    const left = await this.asking.ask(`/api/v1/dictionaries?${query}`, signal);
    if (!signal.aborted) this.leftOut.textContent = leftOut(this.answer, left.dictionaries);
  }
}
