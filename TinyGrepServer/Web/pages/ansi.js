// The escapes that colour logs (ECMA-48, "select graphic rendition"): a line as pieces that know their place in it and their style, so
// that matches, which are told by their place in the line as it is, can be marked in what is shown. Other escapes are left out as well.

const escape = /\x1b(?:\[([0-9;:]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

export const hasEscapes = text => text.includes('\x1b[');

/** The shown pieces of a line: where each begins and ends in it, and its style's class names. */
export function pieces(text) {
  const found = [];
  const style = new Map();
  let at = 0;
  const add = to => { if (to > at) found.push({ from: at, to, names: [...style.values()].join(' ') }); };
  for (const match of text.matchAll(escape)) {
    add(match.index);
    if (match[2] === 'm') restyle(style, match[1]);
    at = match.index + match[0].length;
  }
  add(text.length);
  return found;
}

const switches = {
  1: ['weight', 'bold'], 2: ['weight', 'faint'], 3: ['slant', 'italic'], 4: ['line', 'underline'], 7: ['turn', 'inverse'],
  9: ['line', 'struck'],
};
const ends = { 22: 'weight', 23: 'slant', 24: 'line', 27: 'turn', 29: 'line', 39: 'ink', 49: 'ground' };

function restyle(style, codes) {
  const all = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < all.length; at++) {
    const code = all[at];
    const kind = code % 10 === 8 && [38, 48].includes(code) ? (code === 38 ? 'ink' : 'ground') : null;
    if (code === 0) style.clear();
    else if (kind && all[at + 1] === 5) style.set(kind, `${kind}-${nearest(all[at += 2] ?? 0)}`);
    else if (kind && all[at + 1] === 2) style.set(kind, `${kind}-${nearestOf(all.slice(at + 2, at += 4))}`);
    else if (switches[code]) style.set(switches[code][0], switches[code][1]);
    else if (ends[code]) style.delete(ends[code]);
    else if (code >= 30 && code < 38) style.set('ink', `ink-${code - 30}`);
    else if (code >= 90 && code < 98) style.set('ink', `ink-${code - 82}`);
    else if (code >= 40 && code < 48) style.set('ground', `ground-${code - 40}`);
    else if (code >= 100 && code < 108) style.set('ground', `ground-${code - 92}`);
  }
}

/** One of 256 colours as the nearest of the sixteen that the page can be sure to show readably. */
function nearest(colour) {
  if (colour < 16) return colour;
  if (colour > 231) return colour < 240 ? 8 : colour < 248 ? 7 : 15;
  const cube = colour - 16;
  return nearestOf([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(part => part * 51));
}

function nearestOf([red = 0, green = 0, blue = 0]) {
  const most = Math.max(red, green, blue);
  if (most < 64) return 8;
  const bits = (red > most / 2 ? 1 : 0) + (green > most / 2 ? 2 : 0) + (blue > most / 2 ? 4 : 0);
  return bits + (most > 192 ? 8 : 0);
}
