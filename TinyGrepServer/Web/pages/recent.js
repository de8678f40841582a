// Recent questions, kept in this browser alone until they are cleared.

import { element, root } from './server.js';
import { fromParameters } from './question.js';

const key = `tinygrep${root}.recent`;
const max = 20;

/** Lists them, the latest first; the place is hidden where there are none. */
export function showRecent(place) {
  const kept = recent();
  place.hidden = kept.length === 0;
  place.querySelector('ul').replaceChildren(...kept.map(address => {
    const { q, dictionary } = fromParameters(new URLSearchParams(address));
    const where = dictionary.length ? element('span', { className: 'note' }, `in ${dictionary.join(' ')}`) : '';
    return element('li', {}, element('a', { href: `${root}/?${address}` }, q), where);
  }));
}

/** The queries of their addresses. */
function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string').slice(0, max) : [];
  } catch {
    return []; // nothing is kept here, or by somebody else
  }
}

export function keep(address) {
  write([address, ...recent().filter(one => one !== address)].slice(0, max));
}

export function clear() { write([]); }

function write(addresses) {
  try {
    if (addresses.length) localStorage.setItem(key, JSON.stringify(addresses));
    else localStorage.removeItem(key);
  } catch {
    // a browser that keeps nothing
  }
}
