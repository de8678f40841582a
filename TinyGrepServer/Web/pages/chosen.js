// The lines that somebody chose in the reader: the address names them, as in #L10-L20, they are marked, and their link can be copied.

import { copy } from './server.js';

/** The first and the last line that the address names; null where it names none. */
export function namedInAddress() {
  const [, first, last] = /^#L(\d{1,15})(?:-L(\d{1,15}))?$/.exec(location.hash) ?? [];
  return first ? [Number(first), Number(last ?? first)].sort((one, other) => one - other) : null;
}

export class Chosen {
  range = null; // the first line and the last one; null where none is chosen

  /** `button` copies the link; `linkTo` gives the address of a line. */
  constructor(lines, button, linkTo) {
    Object.assign(this, { lines, button });
    button.addEventListener('click', async () => {
      const url = new URL(linkTo(this.range[0]), location.href);
      url.hash = this.hash;
      button.textContent = await copy(url.href) ? 'Copied' : 'Not copied';
    });
  }

  get hash() {
    const [first, last] = this.range;
    return `#L${first}${last === first ? '' : `-L${last}`}`;
  }

  /** Chooses a line; `isFurther` also those between it and the first one chosen. */
  choose(line, isFurther = false) {
    const from = isFurther && this.range ? this.range[0] : line;
    this.range = [Math.min(from, line), Math.max(from, line)];
    this.mark();
  }

  /** Marks those that are on the page. */
  mark() {
    for (const row of this.lines.querySelectorAll('.chosen')) row.classList.remove('chosen');
    this.button.hidden = this.range === null;
    if (!this.range) return;
    const [first, last] = this.range;
    this.button.textContent = first === last ? 'Copy the link to this line' : 'Copy the link to these lines';
    for (const row of this.lines.children) {
      const line = Number(row.id.slice(1));
      if (line >= first && line <= last) row.classList.add('chosen');
    }
  }
}
