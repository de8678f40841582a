// Completes the field "in" from the server: the folders and files that fit what is typed last, a few of them, whatever the size of the
// folder. The pattern of a combobox with a list, as the ARIA practices have it.

import { ask, element } from './server.js';
import { join } from './question.js';

const max = 12;

export function complete(field, list) {
  let running = new AbortController();
  let timer = 0;
  let active = -1;

  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  close();

  field.addEventListener('input', () => {
    clearTimeout(timer);
    running.abort();
    list.ariaBusy = 'true'; // until it is known what completes it
    timer = setTimeout(() => void suggest(), 60);
  });
  field.addEventListener('focus', () => { if (!field.value.trim()) void suggest(); });
  field.addEventListener('blur', () => { running.abort(); clearTimeout(timer); close(); });
  field.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' && list.hidden) void suggest();
    else if (event.key === 'ArrowDown') select(active + 1);
    else if (event.key === 'ArrowUp' && !list.hidden) select(active - 1);
    else if (event.key === 'Enter' && active >= 0) take(list.children[active].dataset.entry);
    else if (event.key === 'Escape' && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener('mousedown', event => event.preventDefault()); // the cursor stays in the field
  list.addEventListener('click', event => {
    const entry = event.target.closest('[role=option]')?.dataset.entry;
    if (entry) take(entry);
  });

  async function suggest() {
    running.abort();
    running = new AbortController();
    const { not, typed } = lastEntry(field);
    if (/[*?[\]{}\\]/.test(typed)) return close();
    try {
      const entries = await fitting(typed, running.signal);
      show(entries, not);
    } catch (failed) {
      if (failed.name !== 'AbortError') close();
    }
  }

  function show(entries, not) {
    const chosen = list.children[active]?.dataset.entry; // stays chosen where it still fits
    list.replaceChildren(...entries.map((entry, at) => {
      const option = element('li', { id: `${list.id}-${at}`, role: 'option', ariaSelected: 'false' }, entry);
      option.dataset.entry = not + entry;
      return option;
    }));
    list.ariaBusy = 'false';
    list.hidden = entries.length === 0 || document.activeElement !== field;
    field.setAttribute('aria-expanded', String(!list.hidden));
    select(entries.findIndex(entry => not + entry === chosen));
  }

  function select(at) {
    list.children[active]?.setAttribute('aria-selected', 'false');
    active = Math.min(Math.max(at, -1), list.childElementCount - 1);
    const option = list.children[active];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) field.setAttribute('aria-activedescendant', option.id);
    else field.removeAttribute('aria-activedescendant');
  }

  function take(entry) {
    const { before, after } = lastEntry(field);
    const isFolder = entry.endsWith('/');
    const written = join([entry]);
    field.value = `${before}${written}${isFolder ? '' : ' '}${after.trimStart()}`;
    const isQuoted = written.endsWith('"');
    const at = before.length + written.length + (!isFolder ? 1 : isQuoted ? -1 : 0); // what is in a folder comes before the quote
    field.setSelectionRange(at, at);
    close();
    field.dispatchEvent(new Event('input', { bubbles: true })); // a folder goes on with what is in it
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  function close() {
    active = -1;
    list.ariaBusy = 'false';
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }
}

/** The entry the cursor stands in or behind, and the text around it. */
function lastEntry(field) {
  const at = field.selectionStart ?? field.value.length;
  const [begin] = /(!?"[^"]*|\S*)$/.exec(field.value.slice(0, at));
  const [not] = /^!?/.exec(begin);
  return {
    before: field.value.slice(0, at - begin.length),
    not,
    typed: begin.slice(not.length).replace(/^"/, ''),
    after: field.value.slice(at).replace(/^[^\s"]*"?/, ''),
  };
}

/** Folders and files that begin with what is typed; without a slash in it also those, anywhere, whose name holds it. */
async function fitting(typed, signal) {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const begun = await listing([['folder', folder], ...patterns(`${typed}*`, `${typed}*/**`)], signal);
  const entries = [...(begun.folders ?? []).map(name => `${name}/`), ...begun.dictionaries.map(one => one.name)];
  if (!folder && typed.length > 1 && entries.length < max) {
    const anywhere = await listing(patterns(`*${typed}*`), signal);
    entries.push(...anywhere.dictionaries.map(one => one.name).filter(name => !entries.includes(name)));
  }
  return entries.slice(0, max);
}

const patterns = (...globs) => globs.map(glob => ['dictionary', glob.startsWith('*') ? glob : `/${glob}`]);

const listing = (query, signal) =>
  ask(`/api/v1/dictionaries?${new URLSearchParams([...query, ['quick', 1], ['limit', max]])}`, { signal });
