// A folder's page is complete without this script, which unfolds folders in their place, goes on without turning the page, and asks
// for a token where the server wants one.

import { askForToken } from './server.js';
import { explain, slashFocuses } from './keys.js';
import { growTree, moreRow } from './tree.js';

const folder = document.getElementById('folder').dataset.folder;
const list = document.querySelector('.tree');
const status = document.getElementById('status');
const next = document.querySelector('#more a');
const tree = growTree(list, folder);

if (next) {
  list.append(moreRow(folder, next.dataset.next));
  next.remove();
}

async function fill() {
  try {
    await tree.fill();
    status.textContent = '';
  } catch (failed) {
    status.textContent = failed.message;
    if (failed.status === 401) askForToken(fill);
  }
}

slashFocuses(document.getElementById('q'));
explain([
  ['/', 'to the search box'], ['↓ ↑', 'from row to row'], ['→ ←', 'unfolds a folder, folds it again'], ['Enter', 'opens it'],
  ['?', 'these keys'],
]);
if (document.documentElement.dataset.refused === '401') void fill();
