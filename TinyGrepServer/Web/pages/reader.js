// The reader's page is complete without this script, which adds three things: / moves the cursor to the search box, an anchor
// outside the window fetches the right window, and where the server wants a token, the page asks for it.

import { ask, askForToken, element, inPath, lineUrl, number, slashFocuses, windowStart } from './server.js';

const name = document.getElementById('name').textContent;
const lines = document.getElementById('lines');
const status = document.getElementById('status');
const wanted = /^#L(\d{1,15})$/;
const windowLines = 500;

/** An address such as /d/quotes.txt#L4000 says nothing to the server; its window is asked for here. */
function follow() {
  const line = Number(wanted.exec(location.hash)?.[1]);
  if (line && lines.children.length && !document.getElementById(`L${line}`)) location.replace(lineUrl(name, line));
}

async function fetchLines() {
  const anchor = Number(wanted.exec(location.hash)?.[1]);
  const from = Number(new URLSearchParams(location.search).get('from')) || (anchor ? windowStart(anchor) : 1);
  try {
    const part = await ask(`/api/v1/lines/${inPath(name)}?from=${from}&count=${windowLines}`);
    lines.replaceChildren(...part.lines.map((text, at) => row(from + at, text, part.cut.includes(from + at))));
    const total = part.total === null ? '' : ` of ${number(part.total)}`;
    status.textContent = `Lines ${number(from)} to ${number(from + part.lines.length - 1)}${total}`;
    for (const turn of document.querySelectorAll('.turn')) {
      turn.replaceChildren(
        ...from > 1 ? [step('Previous', Math.max(1, from - windowLines))] : [],
        ...part.next ? [step('Next', part.next)] : []);
    }
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (failed) {
    status.textContent = failed.message;
    if (failed.status === 401) askForToken(fetchLines);
  }
}

function row(line, text, isCut) {
  const shown = element('span', { className: 'text' }, text);
  if (isCut) shown.append(element('span', { className: 'cut' }, ' … the line goes on'));
  return element('li', { id: `L${line}` }, element('a', { className: 'number', href: `#L${line}` }, String(line)), shown);
}

/** Turns within the page: a new page would forget the token. */
const step = (label, from) => element('button', {
  type: 'button',
  onclick: () => {
    history.pushState(null, '', `?from=${from}`);
    void fetchLines();
    scrollTo(0, 0);
  },
}, label);

slashFocuses(document.getElementById('q'));
addEventListener('hashchange', follow);
if (document.documentElement.dataset.refused === '401') {
  addEventListener('popstate', () => void fetchLines());
  void fetchLines();
} else {
  follow();
}
