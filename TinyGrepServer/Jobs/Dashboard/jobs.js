// Asks /api/v1/jobs with the token typed in, every two seconds while the page is seen. The token lives in this variable only.
// Rows are kept and changed in place, so that focus and a screen reader's place survive an update.

const root = new URL('..', import.meta.url).pathname; // a proxy may have a path of its own before ours
const api = `${root}api/v1/jobs`;
const pause = 2000;
const limit = 50;
const columns = [
  ['job', 'Job'],
  ['state', 'State'],
  ['attempts', 'Attempts'],
  ['age', 'Age'],
  ['input', 'Input'],
  ['outcome', 'Outcome'],
  ['actions', 'Actions'],
];
const element = id => document.getElementById(id);
const rows = new Map();
let token = '';
let state = '';
let cursor = '';
let next = null;
let timer = 0;
let asked = 0;
let counted = '';

async function ask(path, method = 'GET', body = undefined) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body) headers['Content-Type'] = 'application/json';
  const reply = await fetch(api + path, { method, headers, body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit' });
  const answer = await reply.json();
  if (reply.ok) return answer;
  const refusal = new Error(answer.detail ?? `The server answered ${reply.status}.`);
  refusal.status = reply.status;
  throw refusal;
}

async function refresh() {
  clearTimeout(timer);
  if (!token) return;
  const mine = ++asked;
  try {
    const query = new URLSearchParams({ limit });
    if (state) query.set('state', state);
    if (cursor) query.set('cursor', cursor);
    const page = await ask(`?${query}`);
    if (mine !== asked) return;
    show(page);
    element('problem').textContent = '';
  } catch (refusal) {
    if (mine !== asked) return;
    if (refusal.status === 401) return signOut(`${refusal.message} Enter a new token.`);
    complain(refusal);
  }
  if (!document.hidden) timer = setTimeout(refresh, pause);
}

function signOut(why) {
  token = '';
  element('board').hidden = true;
  element('problem').textContent = why;
  say('Waiting for a token.');
  element('token').focus();
}

function complain(refusal) {
  element('problem').textContent = refusal instanceof TypeError ? 'The server cannot be reached; trying again.' : refusal.message;
}

function say(text) {
  if (element('status').textContent !== text) element('status').textContent = text;
}

function show(page) {
  element('board').hidden = false;
  next = page.next;
  const counts = page.counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  element('count-all').textContent = all;
  for (const name of Object.keys(counts)) element(`count-${name}`).textContent = counts[name];
  const text = `${counts.waiting} waiting, ${counts.running} running, ${counts.done} done, `
    + `${counts.failed} failed, ${counts.cancelled} cancelled.`;
  if (text !== counted) say(counted = text);
  for (const name of ['retry-failed', 'cancel-failed']) {
    const button = element(name);
    button.disabled = counts.failed === 0 && button !== document.activeElement; // it keeps the keyboard's place
  }
  element('newest').disabled = !cursor;
  element('older').disabled = !next;
  element('empty').hidden = page.jobs.length > 0;
  showRows(page.jobs);
}

function showRows(jobs) {
  const body = element('rows');
  const present = new Set(jobs.map(job => job.id));
  for (const [id, row] of rows) {
    if (present.has(id)) continue;
    if (row.contains(document.activeElement)) element('jobs').focus();
    row.remove();
    rows.delete(id);
  }
  let at = body.firstElementChild;
  for (const job of jobs) {
    let row = rows.get(job.id);
    if (!row) rows.set(job.id, row = makeRow(job.id));
    fill(row, job);
    if (row === at) at = at.nextElementSibling;
    else body.insertBefore(row, at);
  }
}

function makeRow(id) {
  const row = document.createElement('tr');
  row.id = `job-${id}`;
  for (const [name, label] of columns) {
    const cell = row.insertCell();
    cell.className = name;
    cell.dataset.label = label;
  }
  const outcome = row.querySelector('.outcome').appendChild(document.createElement('div'));
  outcome.append(make('span', 'error'), make('a', 'result'), make('span', 'progress'));
  const inner = row.querySelector('td.input');
  inner.className = 'question';
  const input = make('div', 'input');
  input.tabIndex = 0; // it scrolls: the keyboard must get there
  input.setAttribute('role', 'group');
  input.setAttribute('aria-label', 'Input');
  inner.append(input);
  const actions = row.querySelector('.actions');
  actions.append(action(id, 'retry', 'Retry'), action(id, 'cancel', 'Cancel'));
  return row;
}

function make(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

function action(id, name, label) {
  const button = make('button', name);
  button.type = 'button';
  button.id = `${name}-${id}`;
  button.textContent = label;
  button.setAttribute('aria-label', `${label} job ${id}`);
  const [path, method] = name === 'retry' ? [`/${id}/retry`, 'POST'] : [`/${id}`, 'DELETE'];
  button.addEventListener('click', () => change(button, path, method));
  return button;
}

function fill(row, job) {
  row.className = `state-${job.state}`;
  const set = (name, text) => {
    const cell = row.querySelector(name);
    if (cell.textContent !== text) cell.textContent = text;
    return cell;
  };
  set('.job', `${job.kind} ${job.id.slice(-8)} ${job.user}`).title = job.id;
  set('.state', job.cancel_requested ? 'running, to be cancelled' : job.state);
  set('.attempts', `${job.attempts} of ${job.max_attempts}`);
  set('.age', age(job));
  set('div.input', JSON.stringify(job.input));
  set('.error', job.error ?? '');
  set('.progress', job.progress > 0 && job.state === 'running' ? `progress ${job.progress}` : '');
  const result = set('.result', job.result ? 'result' : '');
  result.hidden = !job.result;
  if (job.result) {
    result.href = `${root}messages/${job.result}`;
    result.setAttribute('aria-label', `Result of job ${job.id}`);
  } else {
    result.removeAttribute('href');
  }
  const canCancel = job.state === 'failed' || job.state === 'waiting' || (job.state === 'running' && !job.cancel_requested);
  usable(row, row.querySelector('button.retry'), job.state === 'failed' || job.state === 'cancelled');
  usable(row, row.querySelector('button.cancel'), canCancel);
}

// A button that goes away must not take the keyboard's place with it.
function usable(row, button, is) {
  if (!is && button === document.activeElement) {
    row.tabIndex = -1;
    row.focus();
  }
  button.hidden = !is;
}

function age(job) {
  const now = Date.now();
  const since = Date.parse(job.created_at);
  const due = Date.parse(job.run_at);
  if (job.state === 'waiting' && due > now) return `${span(now - since)}, due in ${span(due - now)}`;
  if (job.state === 'running') return `${span(now - since)}, running ${span(now - Date.parse(job.started_at))}`;
  return job.finished_at ? `${span(now - since)}, ended after ${span(Date.parse(job.finished_at) - since)}` : span(now - since);
}

function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

async function change(button, path, method, body) {
  button.disabled = true;
  try {
    const answer = await ask(path, method, body);
    say('changed' in answer ? `${answer.changed} jobs changed.` : `Job ${answer.id.slice(-8)} is ${answer.state}.`);
    counted = '';
    element('problem').textContent = '';
  } catch (refusal) {
    if (refusal.status === 401) return signOut(`${refusal.message} Enter a new token.`);
    complain(refusal);
  } finally {
    button.disabled = false;
  }
  await refresh();
}

function turnTo(page) {
  cursor = page;
  refresh();
}

element('access').addEventListener('submit', event => {
  event.preventDefault();
  token = element('token').value.trim();
  element('token').value = '';
  cursor = '';
  say('Loading.');
  refresh();
});
element('filters').addEventListener('change', event => {
  state = event.target.value;
  turnTo('');
});
element('older').addEventListener('click', () => turnTo(next));
element('newest').addEventListener('click', () => turnTo(''));
element('retry-failed').addEventListener('click', event => change(event.currentTarget, '/retry', 'POST', { state: 'failed' }));
element('cancel-failed').addEventListener('click', event => change(event.currentTarget, '/cancel', 'POST', { state: 'failed' }));
document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : refresh());
