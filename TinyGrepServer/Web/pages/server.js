// Asks the server, with a token where it wants one (kept in memory only), and says in the server's own words what went wrong.

export const root = document.documentElement.dataset.root;

let token = null;
export const hasToken = () => token !== null;

export class Refused extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

/** The JSON of a reply; throws Refused where there is none. */
export async function ask(path, { method = 'GET', body, signal } = {}) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let reply;
  try {
    reply = await fetch(`${root}${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failed) {
    if (failed.name === 'AbortError') throw failed;
    throw new Refused(0, 'The server cannot be reached.');
  }
  if (reply.ok) return await reply.json();
  const problem = await reply.json().catch(() => ({}));
  throw new Refused(reply.status, typeof problem.detail === 'string' ? problem.detail : `The server answered ${reply.status}.`);
}

/** Shows the token's form; `retry` is called when there is one. */
export function askForToken(retry) {
  const form = document.getElementById('token-form');
  const field = document.getElementById('token');
  form.hidden = false;
  form.onsubmit = event => {
    event.preventDefault();
    token = field.value.trim();
    field.value = '';
    form.hidden = true;
    retry();
  };
  if (document.activeElement?.id !== 'q') field.focus();
}

/** An element; whatever is put into it is text or another element, never markup. */
export function element(name, properties = {}, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

export const inPath = name => name.split('/').map(encodeURIComponent).join('/');
export const windowStart = line => Math.max(1, line - 20);
export const readerUrl = name => `${root}/d/${inPath(name)}`;
export const lineUrl = (name, line) => `${readerUrl(name)}?from=${windowStart(line)}#L${line}`;
export const number = value => value.toLocaleString('en');
export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

/** `/` moves the cursor to the search box, unless text is being typed elsewhere. */
export function slashFocuses(box) {
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.('input:not([type=checkbox], [type=radio]), textarea')) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
