// The way through the results by keyboard: from one to the next and back, up from the first one to the search box. The link of the one
// that is reached can be copied.

import { copy } from './server.js';

/** Focuses the next result, or with a step of -1 the one before. */
export function move(results, box, step) {
  const { links } = results;
  const at = placeIn(links, results.place, step) + step;
  if (at < 0) box.focus();
  else links[Math.min(at, links.length - 1)]?.focus();
}

/** Where among the links the focus stands; on something between them, such as a button, it is told by the neighbour. */
function placeIn(links, place, step) {
  const focused = document.activeElement;
  if (links.includes(focused) || !place.contains(focused)) return links.indexOf(focused);
  const behind = links.findIndex(link => focused.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING);
  return (behind < 0 ? links.length : behind) - (step > 0 ? 1 : 0);
}

/** Copies the link of a row, and says so on its button for a while. */
export async function copyLink(row) {
  const button = row?.querySelector('.copy');
  if (!button) return;
  button.textContent = await copy(row.querySelector('a').href) ? 'Copied' : 'Not copied';
  setTimeout(() => { button.textContent = 'Copy link'; }, 1500);
}
