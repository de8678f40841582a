// The reader's page is complete without this script, which adds to it: `n` and `p` go from match to match through windows, clicks on
// numbers choose lines, an address such as #L10-L20 shows them, escapes become colours, long lines are walked through in their place,
// and where the server wants a token, the page asks for it.

import { ask, askForToken, element, inPath, isTyping, number, readerUrl, root, windowStart } from './server.js';
import { entryOf, fromParameters, lineParameters } from './question.js';
import { lineRow } from './row.js';
import { Chosen, namedInAddress } from './chosen.js';
import { explain, onKeys, slashFocuses } from './keys.js';
import { hasEscapes } from './ansi.js';
import { Tail } from './tail.js';

const part = id => document.getElementById(id);
const name = part('name').dataset.name;
const lines = part('lines');
const status = part('status');
const parameters = lineParameters(fromParameters(new URLSearchParams(location.search)));
const hasQuestion = parameters.has('q');
const windowLines = 500;
const colours = part('colours').querySelector('input');
const chosen = new Chosen(lines, part('copy-range'), line => readerUrl(name, line, parameters));

let shown = null; // the window as the API tells it
let opening = new AbortController(); // of the window that was asked for last
let isMoving = false; // to a match in another window
let total = null; // how many lines match in the whole file
let current = 0; // the line of the match that `n` and `p` go on from

function say(text) { status.textContent = text; }

const api = query => `/api/v1/lines/${inPath(name)}?${new URLSearchParams([...Object.entries(query), ...parameters])}`;

/** Asks for the window from a line on, and draws it. */
async function open(from) {
  opening.abort();
  opening = new AbortController();
  const { signal } = opening;
  try {
    const window = await ask(api({ from, count: windowLines }), { signal });
    if (signal.aborted) return false; // another one was asked for
    show(window);
    return true;
  } catch (failed) {
    if (signal.aborted) return false;
    say(failed.message);
    if (failed.status === 401) askForToken(() => void (shown ? open(from).then(choose) : begin()));
    return false;
  }
}

/** Opens a window that somebody chose: what is written at the end is followed no more. */
function leaveFor(from) {
  tail.stop();
  return open(from);
}

function show(window) {
  shown = window;
  const matches = new Map(window.found?.lines.map(match => [match.line, match.bounds]));
  lines.replaceChildren(...window.lines.map((text, at) => {
    const line = window.from + at;
    return row({ line, text, bounds: matches.get(line), isCut: window.cut.includes(line) });
  }));
  const last = window.from + window.lines.length - 1;
  const of = window.problem ? `; ${window.problem}` : window.total === null ? '' : ` of ${number(window.total)}`;
  say(window.lines.length
    ? `Lines ${number(window.from)} to ${number(last)}${of}`
    : window.total === 0 ? 'This file is empty.'
    : `There is no line ${number(window.from)}; the last one is ${number(window.total ?? 0)}.`);
  part('from').value = window.from;
  for (const turn of document.querySelectorAll('.turn')) turn.replaceChildren(...turns(window, last));
  part('colours').hidden = !window.lines.some(hasEscapes);
  part('follow').hidden = false;
  chosen.mark();
  tellMatches();
}

/** Turns within the page: a new page would forget the token. */
function turns(window, last) {
  const step = (label, from) => element('button', { type: 'button', onclick: () => void turn(from) }, label);
  return [
    ...window.from > 1 ? [step('First', 1), step('Previous', Math.max(1, window.from - windowLines))] : [],
    ...window.next ? [step('Next', window.next)] : [],
    ...window.total !== null && last < window.total ? [step('Last', Math.max(1, window.total - windowLines + 1))] : [],
  ];
}

async function turn(from) {
  history.pushState(null, '', `?${new URLSearchParams([['from', from], ...parameters])}`);
  [chosen.range, current] = [null, from - 1];
  if (await leaveFor(from)) scrollTo(0, 0);
}

const row = line => lineRow(line, { name, colours, say });

const hits = () => [...lines.querySelectorAll('li.hit')].map(one => Number(one.id.slice(1)));

/** Goes to the next match, or the one before, in whichever window it is. */
async function move(step) {
  const here = hits();
  const further = step > 0 ? here.find(line => line > current) : here.findLast(line => line < current);
  const outside = step > 0 ? shown?.found?.next : shown?.found?.previous;
  if (further) return moveTo(further);
  if (!outside || isMoving) return;
  isMoving = true;
  try {
    if (await leaveFor(windowStart(outside))) moveTo(outside);
  } finally {
    isMoving = false;
  }
}

function moveTo(line) {
  current = line;
  chosen.choose(line);
  history.replaceState(null, '', `?${new URLSearchParams([['from', shown.from], ...parameters])}${chosen.hash}`);
  const place = part(`L${line}`);
  place.querySelector('.number').focus({ preventScroll: true });
  (place.querySelector('mark') ?? place).scrollIntoView({ block: 'center' });
  tellMatches();
}

function tellMatches() {
  const found = shown?.found;
  if (!found) return;
  const here = hits();
  const before = here.filter(line => line < current).length;
  const isOn = here.includes(current);
  const all = total === null ? '' : ` of ${number(total)}`;
  part('found').textContent = isOn ? `Match ${number(found.before + before + 1)}${all}`
    : total !== null ? `${number(total)} matching lines`
    : here.length === 0 && !found.previous && !found.next ? 'No line matches.' : '';
  const hasNext = here.some(line => line > current) || found.next !== null;
  const hasPrevious = here.some(line => line < current) || found.previous !== null;
  const button = (label, key, step, isThere) =>
    element('button', { type: 'button', disabled: !isThere, title: `${label} match (${key})`, onclick: () => void move(step) }, label);
  const focused = document.activeElement?.closest('#matches')?.contains(document.activeElement) ? document.activeElement.textContent : null;
  part('matches').replaceChildren(...hasNext || hasPrevious || isOn
    ? [button('Previous', 'p', -1, hasPrevious), button('Next', 'n', 1, hasNext)] : []);
  if (focused) [...part('matches').children].find(one => one.textContent === focused)?.focus();
}

/** How many lines match in the whole file, asked for once. */
async function count() {
  const query = new URLSearchParams([...parameters, ['dictionary', entryOf(name)], ['count_only', 'true']]);
  const all = await ask(`/api/v1/search?${query}`).catch(() => null);
  if (!all?.complete) return;
  total = all.count;
  tellMatches();
}

/** Shows the lines that the address chooses, wherever they are. */
async function choose() {
  chosen.range = namedInAddress();
  const first = () => part(`L${chosen.range[0]}`);
  if (chosen.range && shown && !first() && !await leaveFor(windowStart(chosen.range[0]))) return;
  if (chosen.range) [current] = chosen.range;
  chosen.mark();
  tellMatches();
  if (chosen.range) first()?.scrollIntoView({ block: 'center' });
}

/** The window that the page came with, as the API would tell it: its rows are read back. */
async function begin() {
  const from = Number(new URLSearchParams(location.search).get('from'));
  const anchor = namedInAddress()?.[0];
  if (document.documentElement.dataset.refused && document.documentElement.dataset.refused !== '401') return;
  if (document.querySelector('#lines li .walk[data-column="0"]')) return; // a piece of one line
  const first = lines.firstElementChild ? Number(lines.firstElementChild.id.slice(1)) : from || (anchor ? windowStart(anchor) : 1);
  const isRefused = document.documentElement.dataset.refused === '401';
  const isHere = !anchor || part(`L${anchor}`);
  if (document.querySelector('main > .notice:not(form)')) return; // no text
  if (!await open(isHere ? first : windowStart(anchor))) return;
  await choose();
  if (hasQuestion && !chosen.range) await moveToFirst();
  if (hasQuestion) void count();
}

async function moveToFirst() {
  const [first] = hits();
  if (first) moveTo(first);
}

lines.addEventListener('click', event => {
  const link = event.target.closest('a.number');
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  current = Number(link.textContent);
  chosen.choose(current, event.shiftKey);
  history.replaceState(history.state, '', `${location.search}${chosen.hash}`);
  getSelection().removeAllRanges(); // shift and a click select text
  tellMatches();
});
colours.addEventListener('change', () => { if (shown) show(shown); });
colours.checked = true;
part('go').addEventListener('submit', event => {
  event.preventDefault();
  const line = Number(part('from').value);
  void turn(line);
});
addEventListener('hashchange', () => void choose());
addEventListener('popstate', () => {
  const from = Number(new URLSearchParams(location.search).get('from')) || 1;
  if (!shown || shown.from === from) return;
  current = from - 1;
  void leaveFor(from).then(choose);
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && isTyping(event.target)) event.target.blur();
});

if (hasQuestion) {
  const all = part('list-all');
  all.hidden = false;
  all.href = `${root}/?${new URLSearchParams([...parameters, ['in', all.dataset.in]])}`;
}

/**
 * The last window: the first answer tells how many lines there are by now, and what is written from then on is told. A window of long
 * lines ends early; then there are more of them.
 */
async function toEnd(signal) {
  for (let times = 0; times < 2 && shown && !signal.aborted; times++)
    if (!await open(shown.total === null ? shown.from : Math.max(1, shown.total - windowLines + 1))) return false;
  const end = shown?.total ?? 0;
  while (shown?.next && shown.next <= end && !signal.aborted)
    if (!await open(shown.next)) return false;
  return shown !== null;
}

const tail = new Tail(part('follow'), {
  name,
  toEnd,
  add: (line, text, isAtEnd) => {
    const made = row({ line, text, isCut: shown.cut.includes(line) });
    const here = part(`L${line}`);
    if (here) here.replaceWith(made);
    else lines.append(made);
    const at = line - shown.from;
    if (at >= 0 && at <= shown.lines.length) shown.lines[at] = text; // for whoever switches the colours
    const max = (isAtEnd ? 2 : 20) * windowLines; // whoever reads further up keeps what is there for a while
    if (lines.childElementCount <= max) return;
    lines.firstElementChild.remove();
    shown.lines.shift();
    shown.from++;
  },
  clear: () => {
    lines.replaceChildren();
    shown = { ...shown, from: 1, lines: [], cut: [], total: 0, next: null };
  },
  say,
  complain: (failed, retry) => {
    say(failed.message);
    if (failed.status === 401) askForToken(retry);
  },
});
slashFocuses(part('q'));
onKeys({ n: () => void move(1), p: () => void move(-1), f: () => void tail.toggle() });
explain([
  ['/', 'to the search box'], ['n', 'next match'], ['p', 'previous match'], ['f', 'follows: lines as they are written'],
  ['Enter', 'on a number: chooses the line'],
  ['Shift Enter', 'on a number: chooses the lines up to it'], ['?', 'these keys'],
]);
void begin();
