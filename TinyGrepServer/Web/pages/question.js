// The question in three shapes: the form, the address of the page, and the parameters of the API. The names are the same, but that the
// page has all paths in one field, "in", as PagePaths.cs reads it.

const flags = ['ignore_case', 'word', 'line', 'invert'];
const modes = ['fixed', 'extended', 'words', 'basic', 'perl'];

const contextOf = text => Math.min(Math.max(Number.parseInt(text, 10) || 0, 0), 1000);

/** Names, folders and globs, with white space between them; in quotes where they hold some. */
export const split = text =>
  [...text.matchAll(/(!?)"([^"]*)"|\S+/g)].map(([all, not, inside]) => inside === undefined ? all : not + inside);

const quoted = entry => {
  if (!/^!?"|\s/.test(entry)) return entry;
  const not = entry.startsWith('!') ? '!' : '';
  return `${not}"${entry.slice(not.length).replaceAll('"', '?')}"`; // as a glob, any letter fits there
};

export const join = entries => entries.map(quoted).join(' ');

/** The entry that is this file and no other: a leading `!` would exclude it. */
export const entryOf = name => name.startsWith('!') ? `/${name.replace(/[!*?[\]{}\\]/g, '\\$&')}` : name;

export function readForm(form) {
  const { q, regex, syntax, context, order } = controls(form);
  return {
    q: q.value,
    dictionary: split(form.elements.in.value),
    mode: syntax.value || (regex.checked ? 'extended' : 'fixed'),
    ignore_case: !controls(form).case.checked,
    word: controls(form).word.checked,
    line: controls(form).line.checked,
    invert: controls(form).invert.checked,
    context: contextOf(context.value),
    order: order.value,
  };
}

export function fillForm(form, question) {
  const all = controls(form);
  all.q.value = question.q;
  form.elements.in.value = join(question.dictionary);
  all.case.checked = !question.ignore_case;
  for (const flag of ['word', 'line', 'invert']) all[flag].checked = question[flag];
  all.regex.checked = question.mode === 'extended';
  all.syntax.value = ['fixed', 'extended'].includes(question.mode) ? '' : question.mode;
  all.context.value = question.context;
  all.order.value = question.order;
}

const controls = form => Object.fromEntries(
  ['q', 'case', 'word', 'regex', 'syntax', 'line', 'invert', 'context', 'order'].map(id => [id, form.querySelector(`#${id}`)]));

/** What the API is asked: only what differs from its defaults, so that addresses are short. */
export function toParameters(question) {
  const parameters = lineParameters(question);
  for (const name of question.dictionary) parameters.append('dictionary', name);
  if (question.context) parameters.set('context', question.context);
  if (question.order !== 'name') parameters.set('order', question.order);
  return parameters;
}

/** The part that says which lines match; nothing where nothing is asked. */
export function lineParameters(question) {
  const parameters = new URLSearchParams();
  if (!question.q) return parameters;
  parameters.set('q', question.q);
  if (question.mode !== 'basic') parameters.set('mode', question.mode);
  for (const flag of flags) if (question[flag]) parameters.set(flag, '1');
  return parameters;
}

/** The query of the page's own address. */
export function toAddress(question) {
  const parameters = toParameters({ ...question, dictionary: [] });
  if (question.dictionary.length) parameters.set('in', join(question.dictionary));
  return parameters;
}

/** Reads an address, or the query of a frozen answer as parameters. A question without a mode is the API's: basic. */
export function fromParameters(parameters) {
  const last = name => parameters.getAll(name).filter(value => value).at(-1);
  const isNew = !last('q');
  const on = name => ['1', 'true', 'on'].includes(last(name));
  return {
    q: last('q') ?? '',
    dictionary: [...parameters.getAll('dictionary').filter(name => name), ...parameters.getAll('in').flatMap(split)],
    mode: modes.includes(last('mode')) ? last('mode') : isNew ? 'fixed' : 'basic',
    context: contextOf(last('context')),
    order: last('order') === 'newest' ? 'newest' : 'name',
    ...Object.fromEntries(flags.map(flag => [flag, on(flag)])),
    ignore_case: last('ignore_case') === undefined ? isNew : on('ignore_case'),
  };
}

/** The query member of an answer, in the shape of an address. */
export function ofAnswer(query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of [value].flat()) parameters.append(name, String(one));
  }
  if (!parameters.has('context')) parameters.set('context', Math.max(query?.before ?? 0, query?.after ?? 0));
  return fromParameters(parameters);
}

/** Whether the matches of a file are folded: not where one file is asked. */
export const folds = question => question.dictionary.length !== 1 || /\/$|[*?[{!]/.test(question.dictionary[0]);
