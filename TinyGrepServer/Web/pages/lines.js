// A line as elements: matched parts marked, and of a long one an excerpt around its first match. LineMarkup.cs writes the same.

import { element, number } from './server.js';

const maxShown = 400; // characters of a long line among results
const lead = 100; // of them before its first matched part

/** An excerpt of a line, with its bounds in UTF-16 units of the whole line. */
export function excerpt(text, bounds) {
  const [start, end] = shownPart(text, bounds[0]?.[0] ?? 0);
  const shown = element('span', { className: 'text' });
  if (start > 0) shown.append(element('span', { className: 'cut' }, '…'));
  shown.append(...marked(text, bounds, start, end));
  if (end < text.length) shown.append(element('span', { className: 'cut', title: `${number(text.length)} letters in all` }, '…'));
  return shown;
}

/** A part of a line as text and marks. */
export function marked(text, bounds, start = 0, end = text.length) {
  const pieces = [];
  let at = start;
  for (const bound of bounds) {
    const [from, to] = bound.map(edge => Math.min(Math.max(edge, at), end));
    if (from === to) continue;
    pieces.push(text.slice(at, from), element('mark', {}, text.slice(from, to)));
    at = to;
  }
  return [...pieces, text.slice(at, end)];
}

/** The part of a long line that is shown, without halving a character. */
function shownPart(text, first) {
  if (text.length <= maxShown) return [0, text.length];
  const isLow = at => at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  let start = Math.max(0, Math.min(first - lead, text.length - maxShown));
  if (isLow(start)) start--;
  let end = Math.min(text.length, start + maxShown);
  if (isLow(end)) end++;
  return [start, end];
}
