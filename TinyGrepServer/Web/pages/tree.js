// A folder's list that unfolds in its place: each folder's content is asked for when it is opened, a page at a time, so that a tree of
// any size is as quick as its top. FilesMarkup.cs writes the same rows. The arrow keys go through it.

import { ask, element, folderUrl, number, plural, readerUrl } from './server.js';

const max = 200; // files of one page

/** Adds what unfolds to the rows that are there; `fill` asks for all rows anew. */
export function growTree(list, folder) {
  for (const row of list.querySelectorAll(':scope > .folder')) addToggle(row, folder + row.querySelector('a').textContent);
  list.addEventListener('keydown', event => void onKey(event, list));
  return { fill: async () => list.replaceChildren(...await rowsOf(folder)) };
}

/** The rows of a folder, and a button for the files that follow. */
async function rowsOf(folder, cursor = null) {
  const query = new URLSearchParams([['folder', folder], ['quick', 1], ['limit', max], ...cursor ? [['cursor', cursor]] : []]);
  const listing = await ask(`/api/v1/dictionaries?${query}`);
  const rows = [
    ...(listing.folders ?? []).map(name => folderRow(name, folder)),
    ...listing.dictionaries.map(file => fileRow(file, folder)),
  ];
  if (listing.next) rows.push(moreRow(folder, listing.next));
  return rows;
}

function folderRow(name, folder) {
  const link = element('a', { href: folderUrl(name) }, `${name.slice(folder.length)}/`);
  const row = element('li', { className: 'folder' }, element('span', { className: 'entry' }, element('span', { className: 'name' }, link)));
  addToggle(row, `${name}/`);
  return row;
}

function fileRow(file, folder) {
  const link = element('a', { href: readerUrl(file.name) }, file.name.slice(folder.length));
  const note = file.skipped ? [element('span', { className: 'note' }, file.skipped)] : [];
  const lines = file.lines === null || file.form === 'binary' ? '' : plural(file.lines, 'line', 'lines');
  return element('li', { className: 'file' }, element('span', { className: 'entry' },
    element('span', { className: 'name' }, link, ...note),
    element('span', { className: 'lines' }, lines),
    element('span', { className: 'size' }, size(file.bytes)),
    element('span', { className: 'time' }, file.modified?.slice(0, 16).replace('T', ' ') ?? '')));
}

/** A button that is replaced by the next page. */
export function moreRow(folder, cursor) {
  const row = element('li', { className: 'further' });
  row.append(element('button', {
    type: 'button',
    onclick: async ({ currentTarget: button }) => {
      button.disabled = true;
      try {
        const rows = await rowsOf(folder, cursor);
        row.replaceWith(...rows);
        rows[0]?.querySelector('a, button')?.focus();
      } catch (failed) {
        button.disabled = false;
        button.textContent = `More files (${failed.message})`;
      }
    },
  }, 'More files'));
  return row;
}

function addToggle(row, folder) {
  const button = element('button', {
    type: 'button', className: 'toggle', ariaExpanded: 'false', ariaLabel: `Unfold ${folder}`, onclick: () => void toggle(row, folder),
  });
  row.querySelector('.entry').prepend(button);
}

async function toggle(row, folder) {
  const button = row.querySelector('.toggle');
  const isOpen = button.ariaExpanded === 'true';
  button.ariaExpanded = String(!isOpen);
  row.querySelector(':scope > ul[data-failed]')?.remove(); // it is asked for again
  const inside = row.querySelector('ul');
  if (inside) inside.hidden = isOpen;
  if (isOpen || inside) return;
  const list = element('ul', {});
  row.append(list);
  try {
    list.replaceChildren(...await rowsOf(folder));
  } catch (failed) {
    list.dataset.failed = '';
    list.replaceChildren(element('li', { className: 'note' }, failed.message));
  }
}

/** Up and down go from row to row; right opens a folder, left closes it or goes to the one around it. */
async function onKey(event, tree) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...tree.querySelectorAll('li')].filter(one => one.offsetParent !== null);
  const row = event.target.closest('li');
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    rows[rows.indexOf(row) + step]?.querySelector('a, .further button')?.focus();
  } else if (['ArrowRight', 'ArrowLeft'].includes(event.key)) {
    const button = row.querySelector(':scope > .entry > .toggle');
    const isOpen = button?.ariaExpanded === 'true';
    if (button && isOpen !== (event.key === 'ArrowRight')) button.click();
    else if (event.key === 'ArrowLeft') row.parentElement.closest('li')?.querySelector('a')?.focus();
  } else {
    return;
  }
  event.preventDefault();
}

export function size(bytes) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.floor(Math.log2(Math.max(bytes, 1))) / 10), units.length - 1);
  if (bytes === 1) return '1 byte';
  return `${(bytes / 1024 ** power).toLocaleString('en', { maximumFractionDigits: power ? 1 : 0 })} ${units[power]}`;
}

export const summary = (folders, files) => [
  ...folders ? [plural(folders, 'folder', 'folders')] : [],
  `${number(files)} ${files === 1 ? 'file' : 'files'}`,
].join(', ');
