// The keys of a page: `?` shows them, `/` moves the cursor to the search box. Neither takes a letter from somebody who types.

import { element, isTyping } from './server.js';

const plain = event => !event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing;

/** Calls `actions[key]` for keys pressed while nothing is typed; an action that returns false lets the key be. */
export function onKeys(actions) {
  document.addEventListener('keydown', event => {
    if (!plain(event) || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (Object.hasOwn(actions, event.key) && actions[event.key](event) !== false) event.preventDefault();
  });
}

/** Adds `?` and its button: `keys` is a list of keys and what they do. */
export function explain(keys) {
  const rows = keys.flatMap(([names, text]) => [
    element('dt', {}, ...names.split(' ').map(name => element('kbd', {}, name))),
    element('dd', {}, text),
  ]);
  const close = element('button', { type: 'button', onclick: () => dialog.close() }, 'Close');
  const title = element('h2', { id: 'keys-title' }, 'Keys');
  const dialog = element('dialog', { id: 'keys' }, title, element('dl', {}, ...rows), close);
  dialog.setAttribute('aria-labelledby', 'keys-title');
  document.body.append(dialog);
  const show = () => dialog.showModal();
  document.querySelector('footer')?.append(element('button', { type: 'button', id: 'show-keys', onclick: show },
    'Keys ', element('kbd', {}, '?')));
  onKeys({ '?': show });
}

/** `/` moves to the search box and selects what is in it. */
export function slashFocuses(box) {
  onKeys({
    '/': () => {
      box.focus();
      box.select();
    },
  });
}
