// A row of the reader: the number of a line, and its text with the matches marked and the escapes as colours. Of a long line there is a
// piece, with ways to the others; each is asked for when somebody goes there.

import { ask, element, inPath, number } from './server.js';
import { hasEscapes, pieces } from './ansi.js';
import { marked } from './lines.js';

/** `bounds` are those of its matches, if any; `page` has the file's `name`, the box `colours`, and `say`, for what goes wrong. */
export function lineRow({ line, text, bounds, isCut }, page) {
  const content = element('span', { className: 'text' });
  fill(content, { line, text, bounds, column: 0, isCut }, page);
  return element('li', { id: `L${line}`, className: bounds ? 'hit' : '' },
    element('a', { className: 'number', href: `#L${line}` }, String(line)), content);
}

/** A line, or a piece of a long one with the ways through it. */
function fill(content, { line, text, bounds = [], column, isCut }, page) {
  const own = bounds.map(bound => bound.map(edge => edge - column));
  const walk = (to, label) => element('button', { type: 'button', className: 'walk', onclick: () => void go(to) }, label);
  const beyond = bounds.find(([from]) => from >= column + text.length);
  const before = bounds.findLast(([, to]) => to <= column);
  content.replaceChildren(
    ...column > 0 ? [walk(0, '… from its beginning')] : [],
    ...column > 0 && before ? [walk(Math.max(0, before[0] - 100), 'to the match before')] : [],
    ...page.colours.checked && hasEscapes(text) ? coloured(text, own) : marked(text, own),
    ...isCut ? [walk(column + text.length, '… the line goes on')] : [],
    ...isCut && beyond ? [walk(Math.max(0, beyond[0] - 100), `to its match at column ${number(beyond[0] + 1)}`)] : []);

  async function go(to) {
    try {
      const piece = await ask(`/api/v1/lines/${inPath(page.name)}?from=${line}&count=1&column=${to}`);
      fill(content, { line, text: piece.lines[0] ?? '', bounds, column: to, isCut: piece.cut.length > 0 }, page);
      content.querySelector('mark, .walk')?.scrollIntoView({ block: 'center' });
      content.querySelector('.walk')?.focus({ preventScroll: true });
    } catch (failed) {
      page.say(failed.message);
    }
  }
}

/** The line without its escapes, in their colours. */
const coloured = (text, bounds) => pieces(text).map(({ from, to, names }) =>
  element('span', { className: names }, ...marked(text, bounds, from, to)));
