// Recent questions, kept in this browser alone until they are cleared.

import { root } from './server.js';

const key = `tinygrep${root}.recent`;
const most = 20;

/** The queries of their addresses, the latest first. */
export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string').slice(0, most) : [];
  } catch {
    return []; // nothing is kept here, or by somebody else
  }
}

export function keep(address) {
  write([address, ...recent().filter(one => one !== address)].slice(0, most));
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
