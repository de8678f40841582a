// The search page: searches as people type, keeps the address in step, moves by keyboard. The page also works without it.

import { ask, askForToken, element, hasToken, number, plural, readerUrl, root, slashFocuses, Refused } from './server.js';
import { fillForm, fromParameters, ofAnswer, readForm, toParameters } from './question.js';
import { Results } from './results.js';
import { copy, curlCommand, grepCommand, searched } from './commands.js';
import { freeze, thaw } from './frozen.js';

const [form, status, tools, again, commands, shelf, more] =
  ['question', 'status', 'tools', 'again', 'commands', 'shelf', 'more'].map(id => document.getElementById(id));
const frozenNote = document.getElementById('frozen');
const resultsPlace = document.getElementById('results');
const results = new Results(resultsPlace);
const box = form.elements.q;

const notSkipped = ['!.*', '!**/.*/**', '!*~'].map(entry => `dictionary=${encodeURIComponent(entry)}`).join('&');
let names = [...form.querySelectorAll('[name=dictionary]')].map(choice => choice.value);
let globs = []; // names in the address that the list does not have: globs, mostly
let running = new AbortController(); // the search of the last keystroke; the next one cancels it
let answer = null; // all that is shown: the parts of one answer, joined
let answered = null; // the parameters it was asked with, which the form may have left behind
let typing = 0; // the timer between a key and its search
let wait = 15; // ms; the slower the server, the less often it is asked
let resting = 0; // the timer after which a question counts as one somebody came to rest at
let isSettled = true; // the next change gets an entry of its own in the history

function question() {
  const read = readForm(form);
  return { ...read, dictionary: [...globs, ...read.dictionary] };
}

function say(text, isAlarm = false) {
  status.textContent = text;
  status.classList.toggle('alarm', isAlarm);
}

/** One entry in the history for each question somebody came to rest at, none for the keystrokes on the way. */
function remember(parameters) {
  const address = `${root}/${parameters.size ? `?${parameters}` : ''}`;
  if (address !== location.pathname + location.search) history[isSettled ? 'pushState' : 'replaceState'](null, '', address);
  isSettled = false;
  document.title = parameters.get('q') ? `${parameters.get('q')} · TinyGrep` : 'TinyGrep';
}

async function search() {
  clearTimeout(typing);
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const asked = question();
  const parameters = toParameters(asked);
  frozenNote.hidden = true;
  if (!asked.q) return showHome();
  const started = performance.now();
  const busyTimer = setTimeout(() => { say('Searching…'); resultsPlace.ariaBusy = 'true'; }, 250);
  try {
    const found = await ask(`/api/v1/search?${parameters}`, { signal });
    results.clear();
    answered = parameters;
    show(found);
    tell(asked, parameters);
    if (found.stop_reason === 'limit') void countAll(parameters, signal);
  } catch (failed) {
    if (failed.name === 'AbortError') return;
    complain(failed, search);
  } finally {
    clearTimeout(busyTimer);
    if (!signal.aborted) {
      resultsPlace.ariaBusy = 'false';
      wait = Math.min(Math.max((performance.now() - started) / 2, 15), 500);
    }
  }
}

/** Draws a part of an answer; the first one, or one that goes on where the last one stopped. */
function show(part, isMore = false) {
  answer = isMore ? { ...part, matches: answer.matches.concat(part.matches), count: answer.count + part.count } : part;
  results.add(part.matches);
  shelf.hidden = true;
  tools.hidden = false;
  again.hidden = true;
  say(summary());
  more.replaceChildren(...answer.next ? [element('button', { type: 'button', onclick: loadMore }, 'More matches')] : []);
}

function summary(total) {
  if (answer.complete && answer.count === 0) return `No line matches.${skippedNote(answer.skipped)}`;
  const where = results.dictionaries > 1 ? ` in ${plural(results.dictionaries, 'dictionary', 'dictionaries')}` : '';
  const what = `${plural(answer.count, 'match', 'matches')}${where}`;
  switch (answer.stop_reason) {
    case 'end': return `${what}. That is all.${skippedNote(answer.skipped)}`;
    case 'limit':
      return total ? `The first ${number(answer.count)} of ${plural(total, 'match', 'matches')}.` : `${what} so far; there are more.`;
    case 'timeout': return `${what}, but the time was up: not everything was searched.`;
    case 'unreadable': return `${what}, but a dictionary could not be read: not everything was searched.`;
    default: return `${what}, not complete: ${answer.stop_reason}.`;
  }
}

/** What the rules left out of a search that did not name it. */
function skippedNote(skipped) {
  const reasons = Object.entries(skipped ?? {}).map(([reason, count]) => `${number(Number(count) || 0)} ${reason}`);
  return reasons.length ? ` Skipped: ${reasons.join(', ')}.` : '';
}

/** Says how many matches there are in all, once the typing has paused: it reads every dictionary to its end. */
async function countAll(parameters, signal) {
  await new Promise(resolve => setTimeout(resolve, 300));
  if (signal.aborted) return;
  const counted = await ask(`/api/v1/search?${parameters}&count_only=true`, { signal }).catch(() => null);
  if (counted?.complete && !signal.aborted && answer.stop_reason === 'limit') say(summary(counted.count));
}

async function loadMore() {
  const { signal } = running;
  const [before, asked] = [answer, answered];
  const button = more.querySelector('button');
  if (button) button.disabled = true;
  try {
    const part = await ask(`/api/v1/search?${asked}&cursor=${before.next}`, { signal });
    if (answer !== before) return; // another question has been answered meanwhile
    show(part, true);
    links()[before.matches.length]?.focus();
    if (answer.next) void countAll(asked, signal);
  } catch (failed) {
    if (failed.name === 'AbortError') return;
    if (button) button.disabled = false;
    complain(failed, loadMore);
    if (failed.status === 409) {
      say('A dictionary has changed since this answer began; its rest would not fit.', true);
      more.replaceChildren();
      again.hidden = false;
      again.focus();
    }
  }
}

function complain(failed, retry) {
  if (!(failed instanceof Refused)) throw failed;
  say(failed.message, true);
  if (failed.status === 401) askForToken(() => { void loadNames(); void retry(); });
}

function showHome() {
  answer = null;
  results.clear();
  more.replaceChildren();
  tools.hidden = commands.hidden = true;
  shelf.hidden = false;
  say('');
}

/** The commands that ask the same. */
function tell(asked, parameters) {
  commands.hidden = false;
  document.getElementById('grep-command').textContent = grepCommand(asked, searched(asked, names));
  document.getElementById('curl-command').textContent = curlCommand(parameters, root, hasToken());
}

function tellChosen() {
  const chosen = question().dictionary;
  document.getElementById('chosen').textContent =
    chosen.length === 0 ? 'all' : chosen.length <= 2 ? chosen.join(', ') : `${chosen.length} chosen`;
}

/** Sizes come later than names: counting the lines of large dictionaries takes a while. */
async function loadNames() {
  const { dictionaries } = await ask(`/api/v1/dictionaries?${notSkipped}`).catch(failed => {
    if (failed.status === 401 && !box.value) complain(failed, () => {});
    return { dictionaries: [] };
  });
  const listed = dictionaries.filter(one => !one.skipped);
  if (listed.length && !names.length) fillNames(listed);
  for (const link of shelf.querySelectorAll('a')) {
    const one = listed.find(each => each.name === link.querySelector('.name').textContent);
    if (!one) continue;
    const lines = one.lines === null ? 'many lines' : plural(one.lines, 'line', 'lines');
    link.querySelector('.size').textContent = `${lines}, ${size(one.bytes)}`;
  }
  document.querySelector('.filter').hidden = names.length < 8;
}

function fillNames(listed) {
  names = listed.map(one => one.name);
  const choice = name => element('label', { title: name },
    element('input', { type: 'checkbox', name: 'dictionary', value: name }), element('span', {}, name));
  const entry = name => element('li', {},
    element('a', { href: readerUrl(name) }, element('span', { className: 'name' }, name), element('span', { className: 'size' })));
  document.querySelector('.names').append(...names.map(choice));
  shelf.querySelector('ul').append(...names.map(entry));
}

function size(bytes) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toLocaleString('en', { maximumFractionDigits: power ? 1 : 0 })} ${units[power]}`;
}

const links = () => [...resultsPlace.querySelectorAll('.hit a')];

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement) + step;
  if (at < 0) box.focus();
  else all[Math.min(at, all.length - 1)]?.focus();
}

/** Shows what the address says. */
async function load() {
  const parameters = new URLSearchParams(location.search);
  isSettled = true;
  const digest = parameters.get('frozen');
  if (digest === null) {
    globs = fillForm(form, fromParameters(parameters));
    tellChosen();
    return search();
  }
  try {
    const kept = await thaw(digest);
    globs = fillForm(form, ofAnswer(kept.query));
    tellChosen();
    results.clear();
    show({ ...kept, next: null });
    tools.hidden = true;
    const askNow = element('a', { href: `?${toParameters(question())}` }, 'Ask the same now');
    frozenNote.replaceChildren('A frozen answer, as it was when it was kept. ', askNow);
    frozenNote.hidden = false;
  } catch (failed) {
    complain(failed, load);
  }
}

form.addEventListener('input', event => {
  if (event.target.id === 'filter') {
    const part = event.target.value.toLowerCase();
    for (const label of document.querySelectorAll('.names label')) label.hidden = !label.title.toLowerCase().includes(part);
    return;
  }
  if (event.target !== box) isSettled = true;
  if (event.target.name === 'dictionary') { globs = []; tellChosen(); }
  remember(toParameters(question()));
  if (event.target !== box) isSettled = true;
  clearTimeout(typing);
  typing = setTimeout(search, wait);
  clearTimeout(resting);
  resting = setTimeout(() => { isSettled = true; }, 2000);
});
form.addEventListener('submit', event => {
  event.preventDefault();
  isSettled = true;
  void search();
});
box.addEventListener('blur', () => { isSettled = true; });
again.addEventListener('click', () => { box.focus(); void search(); });
document.getElementById('freeze').addEventListener('click', async event => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    await freeze(answer, frozenNote);
  } catch (failed) {
    complain(failed, () => button.click());
  } finally {
    button.disabled = false;
  }
});
commands.addEventListener('click', async event => {
  const button = event.target.closest('[data-copies]');
  if (button) button.firstChild.data = await copy(document.getElementById(button.dataset.copies)) ? 'Copied' : 'Select and copy';
});
commands.addEventListener('focusout', event => { if (event.target.dataset.copies) event.target.firstChild.data = 'Copy'; });
document.addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const inResults = resultsPlace.contains(document.activeElement);
  if (event.key === 'Escape' && document.getElementById('dictionaries').open) document.getElementById('dictionaries').open = false;
  else if (event.key === 'Escape' && inResults) box.focus();
  else if (inResults && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
    move(event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
  } else if (event.target === box && event.key === 'ArrowDown' && links().length) {
    move(1);
    event.preventDefault();
  }
});
addEventListener('popstate', () => void load());
document.addEventListener('click', event => {
  const list = document.getElementById('dictionaries');
  if (!list.contains(event.target)) list.open = false;
});

slashFocuses(box);
void loadNames();
void load();
