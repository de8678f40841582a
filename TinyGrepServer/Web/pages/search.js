// The search page: searches as people type, keeps the address in step, moves by keyboard. The page also works without it.

import { ask, askForToken, copy, element, root, Refused } from './server.js';
import { entryOf, fillForm, folds, fromParameters, lineParameters, ofAnswer, readForm, toAddress, toParameters } from './question.js';
import { Asking, pause } from './asking.js';
import { Results, fold } from './results.js';
import { advice, hint } from './advice.js';
import { complete } from './paths.js';
import { commandsPanel } from './panel.js';
import { freeze, thaw } from './frozen.js';
import { Live } from './live.js';
import { explain, onKeys, slashFocuses } from './keys.js';
import { notePlace, returnTo } from './place.js';
import { clear, keep, recent } from './recent.js';
import { leftOut, summary } from './summary.js';
import { growTree } from './tree.js';

const part = id => document.getElementById(id);
const [form, status, tools, again, commands, shelf, more] =
  ['question', 'status', 'tools', 'again', 'commands', 'shelf', 'more'].map(part);
const frozenNote = part('frozen');
const resultsPlace = part('results');
const results = new Results(resultsPlace, section => void unfold(section));
const asking = new Asking();
const box = form.elements.q;
const firstPart = 100; // matches of the first answer
const furtherPart = 1000; // of each that is asked for
const pathPause = 700; // ms between a letter of a path and its search
const mostFiles = 1000; // whose matches are counted one by one

let signal = asking.begin(); // of the last question; the next one aborts it
let asked = null; // the question that is shown, which the form may have left behind
let answer = null; // its answer; the parts of it joined
let counts = null; // how many matches each file has, where that is known
let typing = 0; // the timer between a key and its search
let wait = 15; // ms; the slower the server, the less often it is asked
let resting = 0; // the timer after which a question counts as one somebody came to rest at
let scrolling = 0; // the timer between scrolling and noting the place
let isSettled = true; // the next change gets an entry of its own in the history

const question = () => readForm(form);

function say(text, isAlarm = false) {
  status.textContent = text;
  status.classList.toggle('alarm', isAlarm);
}

/** Notes where somebody is, for Back. */
function savePlace(row) {
  if (!answer || asked === null) return;
  notePlace(results, results.isFolded ? answer.matches.length : results.matches.length, row);
}

/** One entry in the history for each question somebody came to rest at, none for the keystrokes on the way. */
function remember(address) {
  const url = `${root}/${address.size ? `?${address}` : ''}`;
  if (url !== location.pathname + location.search) {
    if (isSettled) savePlace();
    history[isSettled ? 'pushState' : 'replaceState'](null, '', url);
  }
  isSettled = false;
  document.title = address.get('q') ? `${address.get('q')} · TinyGrep` : 'TinyGrep';
}

const api = (parameters, isFolded, rest = {}) => {
  const query = new URLSearchParams([...parameters, ...Object.entries(rest)]);
  if (isFolded) query.set('max_per_dictionary', fold + 1);
  return `/api/v1/search?${query}`;
};

/** Asks what the form says; `place` is what Back goes back to. */
async function search(place = null) {
  clearTimeout(typing);
  signal = asking.begin();
  const own = signal;
  const wanted = question();
  frozenNote.hidden = true;
  showHint(wanted);
  if (!wanted.q) return showHome();
  const started = performance.now();
  const busyTimer = setTimeout(() => {
    if (own.aborted) return;
    say('Searching…');
    resultsPlace.ariaBusy = 'true';
  }, 250);
  try {
    const parameters = toParameters(wanted);
    const limit = place ? { limit: Math.min(Math.max(place.matches ?? 0, firstPart), 10_000) } : {};
    const found = await asking.ask(api(parameters, folds(wanted), limit), own);
    begin(wanted);
    show(found);
    if (place) await returnTo(place, results, (section, matches) => unfold(section, Math.min(Math.max(matches, 1), 10_000)));
    void lookCloser(own);
  } catch (failed) {
    complain(failed, () => search(place));
  } finally {
    clearTimeout(busyTimer);
    wait = Math.min(Math.max((performance.now() - started) / 2, 15), 500);
    if (!own.aborted) resultsPlace.ariaBusy = 'false';
  }
}

function begin(wanted) {
  asked = wanted;
  counts = null;
  results.clear(lineParameters(wanted), folds(wanted));
  if (live.isOn) live.start(wanted);
}

/** Draws a part of an answer; the first one, or one that goes on where the last one stopped. */
function show(found, isMore = false) {
  results.add(found.matches);
  answer = isMore ? joined(answer, found) : found;
  shelf.hidden = true;
  tools.hidden = false;
  again.hidden = true;
  commands.hidden = false;
  if (answer.complete && results.sections.length <= 1000) takeCounts(results.sections.map(one => [one.dictionary, one.matches.length]));
  say(summary(answer, onPage()));
  part('left-out').textContent = leftOut(answer);
  showAdvice();
  more.replaceChildren(...answer.next ? [element('button', { type: 'button', onclick: () => void loadMore() }, 'More matches')] : []);
  panel.tell();
}

/** An answer and its next part as one: of what is folded, or could not be read, a part tells only its own. */
function joined(before, found) {
  const problems = [...before.problems ?? [], ...found.problems ?? []];
  const both = { ...found, matches: before.matches.concat(found.matches), count: before.count + found.count, problems };
  if (!found.complete) return both;
  if (problems.length) return { ...both, complete: false, stop_reason: 'unreadable' };
  const isPart = results.isFolded && results.sections.some(section => section.hasMore || section.isOpen);
  return isPart ? { ...both, complete: false, stop_reason: 'limit' } : both;
}

const onPage = () => ({ files: results.sections.length, isFolded: results.isFolded });

function takeCounts(list) {
  counts = new Map(list);
  results.count(counts);
}

/** Once the typing has paused: how many matches there are in all, which reads every file to its end, and what was left out. */
async function lookCloser(own) {
  await pause(300);
  if (own.aborted) return;
  try {
    if (answer.stop_reason === 'limit') {
      const query = new URLSearchParams([...toParameters(asked), ['count_only', 'true'], ['limit', mostFiles + 1]]);
      const all = await asking.ask(`/api/v1/search?${query}`, own);
      if (own.aborted) return;
      if (all.complete) {
        takeCounts(all.dictionaries.map(one => [one.dictionary, one.count]));
        const files = Math.min(all.dictionaries.length, mostFiles);
        say(summary(answer, onPage(), { matches: all.count, files, isCut: all.dictionaries.length > mostFiles }));
        panel.tell();
      }
    }
    if (Object.keys(answer.skipped ?? {}).length) {
      const entries = asked.dictionary.map(entry => ['dictionary', entry]);
      const query = new URLSearchParams([...entries, ['skipped', 'true'], ['quick', '1'], ['limit', 20]]);
      const left = await asking.ask(`/api/v1/dictionaries?${query}`, own);
      if (!own.aborted) part('left-out').textContent = leftOut(answer, left.dictionaries);
    }
  } catch (failed) {
    if (failed.name !== 'AbortError' && !(failed instanceof Refused)) throw failed; // the answer stands without it
  }
}

async function loadMore(limit = furtherPart) {
  const [before, own] = [answer, signal];
  const place = results.matches.length;
  const button = more.querySelector('button');
  if (button) button.disabled = true;
  try {
    const rest = { cursor: before.next, limit };
    const found = await ask(api(toParameters(asked), results.isFolded, rest), { signal: own });
    if (answer !== before) return; // another question has been answered meanwhile
    show(found, true);
    links()[place]?.focus();
    void lookCloser(own);
  } catch (failed) {
    if (button) button.disabled = false;
    complain(failed, loadMore);
  }
}

/** Shows what is folded of one file, a part at a time. */
async function unfold(section, limit = furtherPart) {
  const own = signal;
  section.button.disabled = true;
  try {
    const query = new URLSearchParams([...toParameters({ ...asked, dictionary: [entryOf(section.dictionary)] }), ['limit', limit]]);
    if (section.next) query.set('cursor', section.next);
    const found = await ask(`/api/v1/search?${query}`, { signal: own });
    if (own.aborted) return;
    const place = results.sections.slice(0, results.sections.indexOf(section) + 1).reduce((sum, one) => sum + one.matches.length, 0);
    section.goOn(found.matches);
    section.next = found.next;
    section.hasMore = found.next !== null;
    section.tell();
    links()[place]?.focus({ preventScroll: true });
  } catch (failed) {
    complain(failed, () => unfold(section));
  } finally {
    section.button.disabled = false;
  }
}

function complain(failed, retry) {
  if (failed.name === 'AbortError') return;
  if (!(failed instanceof Refused)) throw failed;
  say(failed.message, true);
  if (failed.status === 401) askForToken(() => { tree?.fill().catch(() => {}); void retry(); }); // the list stays as it is
  else if (failed.status === 409) {
    say('A file has changed since this answer began; its rest would not fit.', true);
    more.replaceChildren();
    again.hidden = tools.hidden = false;
    again.focus();
  } else if (failed.status === 404 && question().dictionary.length) {
    say('No file matches these paths.', true);
    offer([{ label: 'In all files', change: { dictionary: [] } }]);
  }
}

function showHome() {
  live.stop();
  answer = asked = counts = null;
  results.clear();
  more.replaceChildren();
  part('left-out').textContent = '';
  offer([]);
  tools.hidden = commands.hidden = true;
  resultsPlace.ariaBusy = 'false';
  shelf.hidden = false;
  showRecent();
  say('');
}

function showRecent() {
  const kept = recent();
  part('recent').hidden = kept.length === 0;
  part('recent').querySelector('ul').replaceChildren(...kept.map(address => {
    const { q, dictionary } = fromParameters(new URLSearchParams(address));
    const where = dictionary.length ? element('span', { className: 'note' }, `in ${dictionary.join(' ')}`) : '';
    return element('li', {}, element('a', { href: `${root}/?${address}` }, q), where);
  }));
}

/** A question that somebody came to rest at. */
function settle() {
  isSettled = true;
  keepAsked();
}

/** Keeps the question on the page, unless the form says another one by now: the beginning of a word is none that somebody asked. */
function keepAsked() {
  if (!asked?.q || !answer?.count) return;
  const address = String(toAddress(asked));
  if (address === String(toAddress(question()))) keep(address);
}

function showHint(wanted) {
  const found = wanted.q ? hint(wanted) : null;
  part('hint').hidden = found === null;
  if (found) part('hint').replaceChildren(`${found.text} `, changing(found));
}

const showAdvice = () => offer(answer.complete && answer.count === 0 ? advice(asked) : []);

function offer(choices) {
  part('advice').hidden = choices.length === 0;
  part('advice').replaceChildren(...choices.length ? ['Try instead: ', ...choices.map(changing)] : []);
}

const changing = ({ label, change }) => element('button', {
  type: 'button',
  onclick: () => {
    fillForm(form, { ...question(), ...change });
    changed();
    box.focus();
  },
}, label);

const links = () => [...resultsPlace.querySelectorAll('.hit a')];

function move(step) {
  const all = links();
  const at = placeIn(all, document.activeElement, step) + step;
  if (at < 0) box.focus();
  else all[Math.min(at, all.length - 1)]?.focus();
}

/** Where in the list the element stands; one that is not in it, such as a button among them, is told by its neighbour. */
function placeIn(all, element, step) {
  if (all.includes(element) || !resultsPlace.contains(element)) return all.indexOf(element);
  const behind = all.findIndex(one => element.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return (behind < 0 ? all.length : behind) - (step > 0 ? 1 : 0);
}

async function copyLink(row) {
  const button = row?.querySelector('.copy');
  if (!button) return;
  button.textContent = await copy(row.querySelector('a').href) ? 'Copied' : 'Not copied';
  setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
}

/** Shows what the address says. */
async function load() {
  const parameters = new URLSearchParams(location.search);
  isSettled = true;
  const digest = parameters.get('frozen');
  if (digest === null) {
    fillForm(form, fromParameters(parameters));
    tellOptions();
    return search(history.state);
  }
  clearTimeout(typing);
  const [own, place] = [signal = asking.begin(), history.state];
  try {
    const kept = await thaw(digest);
    if (own.aborted) return;
    const wanted = ofAnswer(kept.query);
    fillForm(form, wanted);
    tellOptions();
    asked = wanted;
    results.clear(lineParameters(wanted));
    show({ ...kept, next: null });
    tools.hidden = commands.hidden = true;
    const askNow = element('a', { href: `?${toAddress(question())}` }, 'Search again now');
    frozenNote.replaceChildren('A frozen answer, as it was when it was kept. ', askNow);
    frozenNote.hidden = false;
    if (place) await returnTo(place, results, () => {});
  } catch (failed) {
    complain(failed, load);
  }
}

/** The options that have no button are named where they are hidden. */
function tellOptions() {
  const { mode, line, invert, context } = question();
  const chosen = [
    ...['fixed', 'extended'].includes(mode) ? [] : [{ words: 'all words', basic: 'basic', perl: 'Perl' }[mode]],
    ...line ? ['whole line'] : [],
    ...invert ? ['invert'] : [],
    ...context ? [`context ${context}`] : [],
  ];
  part('rest-chosen').textContent = chosen.length ? `: ${chosen.join(', ')}` : '';
}

/** The form says something new, and is asked after a pause. */
function changed(next = search, after = wait) {
  tellOptions();
  remember(toAddress(question()));
  clearTimeout(typing);
  typing = setTimeout(next, after);
  clearTimeout(resting);
  resting = setTimeout(settle, 2000);
}

/** Half a path fits nothing: it is asked for only where nothing completes it, or that cannot be known for ten seconds. */
function searchUnlessOffered(looks = 200) {
  const list = part('in-list');
  if (list.ariaBusy === 'true' && looks > 0) typing = setTimeout(searchUnlessOffered, 50, looks - 1);
  else if (list.hidden) void search();
}

form.addEventListener('input', event => {
  if (event.target.id === 'in') return changed(searchUnlessOffered, pathPause);
  const isText = event.target === box;
  if (event.target.id === 'regex') part('syntax').value = '';
  if (event.target.id === 'syntax' && event.target.value) part('regex').checked = false;
  if (!isText) isSettled = true;
  changed();
  if (!isText) isSettled = true;
});
part('in').addEventListener('change', () => {
  isSettled = true;
  changed();
});
form.addEventListener('submit', event => {
  event.preventDefault();
  remember(toAddress(question()));
  isSettled = true;
  void search().then(keepAsked);
});
box.addEventListener('blur', settle);
again.addEventListener('click', () => { box.focus(); void search(); });
part('forget').addEventListener('click', () => { clear(); showRecent(); box.focus(); });
part('follow').addEventListener('click', () => live.toggle(asked));
part('freeze').addEventListener('click', async event => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    const { matches } = results;
    await freeze({ ...answer, matches, count: matches.length }, frozenNote);
  } catch (failed) {
    complain(failed, () => button.click());
  } finally {
    button.disabled = false;
  }
});
resultsPlace.addEventListener('click', event => {
  if (event.target.closest('.copy')) void copyLink(event.target.closest('li'));
  else if (event.target.closest('.hit a')) {
    clearTimeout(scrolling); // where the page stood is told by the row that was clicked
    savePlace(event.target.closest('.hit a'));
    settle();
  }
});
document.addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const inResults = resultsPlace.contains(document.activeElement);
  if (event.key === 'Escape' && part('rest').open) part('rest').open = false;
  else if (event.key === 'Escape' && inResults) box.focus();
  else if (inResults && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
    move(event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
  } else if (event.target === box && event.key === 'ArrowDown' && links().length) {
    move(1);
    event.preventDefault();
  }
});
onKeys({
  c: () => { void copyLink(document.activeElement?.closest('.hit')); },
  f: () => { if (asked) live.toggle(asked); },
  w: () => live.togglePause(),
});
document.addEventListener('click', event => { if (!part('rest').contains(event.target)) part('rest').open = false; });
addEventListener('scroll', () => {
  clearTimeout(scrolling);
  scrolling = setTimeout(() => savePlace(), 200);
}, { passive: true });
addEventListener('popstate', () => void load());

history.scrollRestoration = 'manual';
complete(part('in'), part('in-list'));
const live = new Live(part('live'), part('follow'), complain);
const panel = commandsPanel(commands, () => ({ asked, answer, counts, signal }));
const tree = growTree(shelf.querySelector('.tree'), '');
slashFocuses(box);
explain([
  ['/', 'to the search box'], ['↓ ↑', 'through the results'], ['Enter', 'opens a result'], ['c', 'copies the link to a result'],
  ['f', 'follows: new matches as they are written'], ['w', 'holds new matches back, or lets them come'],
  ['Esc', 'back to the search box'], ['?', 'these keys'],
]);
void load();
