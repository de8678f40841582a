// Asks the server, with a token where it wants one (kept in memory only), and says in the server's own words what went wrong.

export const root = document.documentElement.dataset.root;

let token = null;
export const hasToken = () => token !== null;

export class Refused extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

/** The JSON of a reply; throws Refused where there is none. */
export async function ask(path, rest = {}) {
  const reply = await begin(path, rest);
  try {
    return await reply.json();
  } catch (failed) {
    if (failed.name === 'AbortError') throw failed;
    throw new Refused(0, 'The answer was cut off.');
  }
}

/** A reply whose body is still to be read; throws Refused where it is none. */
export async function begin(path, { method = 'GET', accept = 'application/json', body, signal } = {}) {
  const headers = { Accept: accept };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let reply;
  try {
    reply = await fetch(`${root}${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failed) {
    if (failed.name === 'AbortError') throw failed;
    throw new Refused(0, 'The server cannot be reached.');
  }
  if (reply.ok) return reply;
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
export const folderUrl = folder => folder ? `${root}/files/${inPath(folder.replace(/\/+$/, ''))}/` : `${root}/files`;
export const number = value => value.toLocaleString('en');
export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

/** The page of a file; with a line, its window; with a question's parameters, its matches are marked. */
export function readerUrl(name, line = 0, parameters = new URLSearchParams()) {
  const query = new URLSearchParams([...line ? [['from', windowStart(line)]] : [], ...parameters]);
  return `${root}/d/${inPath(name)}${query.size ? `?${query}` : ''}${line ? `#L${line}` : ''}`;
}

export const isTyping = target => Boolean(target.matches?.('input:not([type=checkbox], [type=radio]), textarea, select'));

/** Copies by the clipboard where the browser has one for us (not on plain http), else by the old command. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const field = element('textarea', { value: text, className: 'unseen' });
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    before?.focus({ preventScroll: true });
    return done;
  }
}
