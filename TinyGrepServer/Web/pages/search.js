// The search page: searches as people type, keeps the address in step, moves by keyboard. The page also works without it.

import { askForToken, element, Refused } from './server.js';
import { fillForm, folds, fromParameters, ofAnswer, readForm, toAddress, toParameters } from './question.js';
import { Asking } from './asking.js';
import { Shown, searchPath } from './shown.js';
import { Offers } from './offers.js';
import { Trail } from './trail.js';
import { copyLink, move } from './walk.js';
import { complete } from './paths.js';
import { commandsPanel } from './panel.js';
import { freeze, thaw } from './frozen.js';
import { Live } from './live.js';
import { explain, onKeys, slashFocuses } from './keys.js';
import { returnTo } from './place.js';
import { clear, showRecent } from './recent.js';
import { growTree } from './tree.js';

const part = id => document.getElementById(id);
const [form, status, tools, again, commands, shelf] = ['question', 'status', 'tools', 'again', 'commands', 'shelf'].map(part);
const frozenNote = part('frozen');
const resultsPlace = part('results');
const box = form.elements.q;
const question = () => readForm(form);
const firstPart = 100; // matches of the first answer
const pathPause = 700; // ms between a letter of a path and its search

const asking = new Asking();
const shown = new Shown(resultsPlace, asking, { drawn, tell: text => { say(text); panel.tell(); }, complain });
const trail = new Trail(shown, question);
const offers = new Offers(change => {
  fillForm(form, { ...question(), ...change });
  changed();
  box.focus();
});

let typing = 0; // the timer between a key and its search
let wait = 15; // ms; the slower the server, the less often it is asked

function say(text, isAlarm = false) {
  status.textContent = text;
  status.classList.toggle('alarm', isAlarm);
}

/** Asks what the form says; `place` is what Back goes back to. */
async function search(place = null) {
  clearTimeout(typing);
  const signal = asking.begin();
  const wanted = question();
  frozenNote.hidden = true;
  offers.hintAt(wanted);
  if (!wanted.q) return showHome();
  const started = performance.now();
  const busyTimer = setTimeout(() => {
    if (signal.aborted) return;
    say('Searching…');
    resultsPlace.ariaBusy = 'true';
  }, 250);
  try {
    const limit = place ? { limit: Math.min(Math.max(place.matches ?? 0, firstPart), 10_000) } : {};
    const found = await asking.ask(searchPath(toParameters(wanted), folds(wanted), limit), signal);
    shown.begin(wanted, folds(wanted));
    if (live.isOn) live.start(wanted);
    shown.show(found);
    const unfold = (section, matches) => shown.unfold(section, Math.min(Math.max(matches, 1), 10_000));
    if (place) await returnTo(place, shown.results, unfold);
    void shown.lookCloser(signal);
  } catch (failed) {
    complain(failed, () => search(place));
  } finally {
    clearTimeout(busyTimer);
    wait = Math.min(Math.max((performance.now() - started) / 2, 15), 500);
    if (!signal.aborted) resultsPlace.ariaBusy = 'false';
  }
}

/** An answer, or a part of it, is on the page. */
function drawn() {
  shelf.hidden = true;
  tools.hidden = false;
  again.hidden = true;
  commands.hidden = false;
  offers.advise(shown.asked, shown.answer);
}

function complain(failed, retry) {
  if (failed.name === 'AbortError') return;
  if (!(failed instanceof Refused)) throw failed;
  say(failed.message, true);
  if (failed.status === 401) askForToken(() => { tree?.fill().catch(() => {}); void retry(); }); // the list stays as it is
  else if (failed.status === 409) {
    say('A file has changed since this answer began; its rest would not fit.', true);
    shown.more.replaceChildren();
    again.hidden = tools.hidden = false;
    again.focus();
  } else if (failed.status === 404 && question().dictionary.length) {
    say('No file matches these paths.', true);
    offers.offer([{ label: 'In all files', change: { dictionary: [] } }]);
  }
}

function showHome() {
  live.stop();
  shown.clear();
  offers.offer([]);
  tools.hidden = commands.hidden = true;
  resultsPlace.ariaBusy = 'false';
  shelf.hidden = false;
  showRecent(part('recent'));
  say('');
}

/** Shows what the address says. */
async function load() {
  const parameters = new URLSearchParams(location.search);
  trail.settle();
  const digest = parameters.get('frozen');
  if (digest === null) {
    fillForm(form, fromParameters(parameters));
    tellOptions();
    return search(history.state);
  }
  clearTimeout(typing);
  const [signal, place] = [asking.begin(), history.state];
  try {
    const kept = await thaw(digest);
    if (signal.aborted) return;
    const wanted = ofAnswer(kept.query);
    fillForm(form, wanted);
    tellOptions();
    shown.begin(wanted, false);
    shown.show({ ...kept, next: null });
    tools.hidden = commands.hidden = true;
    const askNow = element('a', { href: `?${toAddress(question())}` }, 'Search again now');
    frozenNote.replaceChildren('A frozen answer, as it was when it was kept. ', askNow);
    frozenNote.hidden = false;
    if (place) await returnTo(place, shown.results, () => {});
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
  trail.remember();
  clearTimeout(typing);
  typing = setTimeout(next, after);
  trail.comeToRestSoon();
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
  if (!isText) trail.settle();
  changed();
  if (!isText) trail.settle();
});
part('in').addEventListener('change', () => {
  trail.settle();
  changed();
});
form.addEventListener('submit', event => {
  event.preventDefault();
  trail.remember();
  trail.settle();
  void search().then(() => trail.keepAsked());
});
box.addEventListener('blur', () => trail.comeToRest());
again.addEventListener('click', () => { box.focus(); void search(); });
part('forget').addEventListener('click', () => { clear(); showRecent(part('recent')); box.focus(); });
part('follow').addEventListener('click', () => live.toggle(shown.asked));
part('freeze').addEventListener('click', async event => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    const { matches } = shown.results;
    await freeze({ ...shown.answer, matches, count: matches.length }, frozenNote);
  } catch (failed) {
    complain(failed, () => button.click());
  } finally {
    button.disabled = false;
  }
});
resultsPlace.addEventListener('click', event => {
  if (event.target.closest('.copy')) void copyLink(event.target.closest('li'));
  else if (event.target.closest('.hit a')) trail.leaveBy(event.target.closest('.hit a'));
});
document.addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const inResults = resultsPlace.contains(document.activeElement);
  if (event.key === 'Escape' && part('rest').open) part('rest').open = false;
  else if (event.key === 'Escape' && inResults) box.focus();
  else if (inResults && ['ArrowDown', 'ArrowUp'].includes(event.key)) {
    move(shown.results, box, event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
  } else if (event.target === box && event.key === 'ArrowDown' && shown.results.links.length) {
    move(shown.results, box, 1);
    event.preventDefault();
  }
});
onKeys({
  c: () => { void copyLink(document.activeElement?.closest('.hit')); },
  f: () => { if (shown.asked) live.toggle(shown.asked); },
  w: () => live.togglePause(),
});
document.addEventListener('click', event => { if (!part('rest').contains(event.target)) part('rest').open = false; });
addEventListener('popstate', () => void load());

complete(part('in'), part('in-list'));
const live = new Live(part('live'), part('follow'), complain);
const panel = commandsPanel(commands, () => shown);
const tree = growTree(shelf.querySelector('.tree'), '');
slashFocuses(box);
explain([
  ['/', 'to the search box'], ['↓ ↑', 'through the results'], ['Enter', 'opens a result'], ['c', 'copies the link to a result'],
  ['f', 'follows: new matches as they are written'], ['w', 'holds new matches back, or lets them come'],
  ['Esc', 'back to the search box'], ['?', 'these keys'],
]);
void load();
