// Draws matches: by dictionary, with context, matched parts marked. Overlapping contexts are merged, as grep merges them;
// a later part of the answer goes on where the earlier one stopped.

import { element, lineUrl, number, readerUrl } from './server.js';

const maxShown = 400; // characters of a long line
const lead = 100; // of them before its first matched part

export class Results {
  constructor(place) { this.place = place; }

  clear() {
    this.place.replaceChildren();
    this.section = null;
    this.dictionaries = 0;
  }

  add(matches) {
    for (const match of matches) {
      if (this.section?.dictionary !== match.dictionary) this.begin(match.dictionary);
      this.addMatch(match);
    }
    if (this.section) this.section.tell();
  }

  begin(dictionary) {
    this.section?.tell();
    const count = element('span', { className: 'count' });
    const list = element('ol');
    this.place.append(element('section', {}, element('h2', {}, element('a', { href: readerUrl(dictionary) }, dictionary), count), list));
    this.section = { dictionary, list, last: 0, hits: 0, rows: new Map(), tell() { count.textContent = number(this.hits); } };
    this.dictionaries++;
  }

  addMatch(match) {
    const section = this.section;
    const first = match.line - match.before.length;
    const hasContext = match.before.length + match.after.length > 0;
    if (section.last && first > section.last + 1 && hasContext) {
      section.list.append(element('li', { className: 'gap', ariaHidden: 'true' }));
    }
    match.before.forEach((text, at) => this.addContext(first + at, text));
    const lineNumber = element('span', { className: 'number' }, String(match.line));
    const row = element('li', { className: 'hit' },
      element('a', { href: lineUrl(match.dictionary, match.line) }, lineNumber, line(match.text, match.bounds ?? [])));
    const shown = section.rows.get(match.line); // as the context of the match before
    if (shown) shown.replaceWith(row);
    else section.list.append(row);
    section.hits++;
    section.last = Math.max(section.last, match.line);
    match.after.forEach((text, at) => this.addContext(match.line + 1 + at, text));
  }

  addContext(at, text) {
    const section = this.section;
    if (at <= section.last) return;
    const row = element('li', { className: 'context' }, element('span', { className: 'number' }, String(at)), line(text, []));
    section.rows.set(at, row);
    section.list.append(row);
    section.last = at;
  }
}

function line(text, bounds) {
  const [start, end] = excerpt(text, bounds[0]?.[0] ?? 0);
  const shown = element('span', { className: 'text' });
  if (start > 0) shown.append(element('span', { className: 'cut' }, '…'));
  let at = start;
  for (const bound of bounds) {
    const [from, to] = bound.map(edge => Math.min(Math.max(edge, at), end));
    if (from === to) continue;
    shown.append(text.slice(at, from), element('mark', {}, text.slice(from, to)));
    at = to;
  }
  shown.append(text.slice(at, end));
  if (end < text.length) shown.append(element('span', { className: 'cut', title: `${number(text.length)} letters in all` }, '…'));
  return shown;
}

/** The part of a long line that is shown, without halving a character. */
function excerpt(text, first) {
  if (text.length <= maxShown) return [0, text.length];
  const isLow = at => at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  let start = Math.max(0, Math.min(first - lead, text.length - maxShown));
  if (isLow(start)) start--;
  let end = Math.min(text.length, start + maxShown);
  if (isLow(end)) end++;
  return [start, end];
}
