// The question in three shapes: the form, the address of the page, and the parameters of the API. The names are the same.

const flags = ['ignore_case', 'word', 'line', 'invert'];

const contextOf = text => Math.min(Math.max(Number.parseInt(text, 10) || 0, 0), 1000);

export function readForm(form) {
  const data = new FormData(form);
  return {
    q: data.get('q'),
    dictionary: data.getAll('dictionary'),
    mode: data.get('mode'),
    context: contextOf(data.get('context')),
    ...Object.fromEntries(flags.map(flag => [flag, data.has(flag)])),
  };
}

/** Only what differs from the defaults: short addresses are easier to share. */
export function toParameters(question) {
  const parameters = new URLSearchParams();
  if (question.q) parameters.set('q', question.q);
  for (const name of question.dictionary) parameters.append('dictionary', name);
  if (question.mode !== 'basic') parameters.set('mode', question.mode);
  for (const flag of flags) if (question[flag]) parameters.set(flag, '1');
  if (question.context) parameters.set('context', question.context);
  return parameters;
}

/** Reads an address, or the query of a frozen answer as parameters. */
export function fromParameters(parameters) {
  const on = name => ['1', 'true', 'on'].includes(parameters.get(name));
  const mode = parameters.get('mode');
  return {
    q: parameters.get('q') ?? '',
    dictionary: parameters.getAll('dictionary').filter(name => name),
    mode: ['basic', 'extended', 'fixed', 'perl', 'words'].includes(mode) ? mode : 'basic',
    context: contextOf(parameters.get('context')),
    ...Object.fromEntries(flags.map(flag => [flag, on(flag)])),
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

export function fillForm(form, question) {
  form.elements.q.value = question.q;
  form.elements.context.value = question.context;
  form.elements.mode.value = question.mode;
  for (const flag of flags) form.elements[flag].checked = question[flag];
  for (const box of form.querySelectorAll('[name=dictionary]')) box.checked = question.dictionary.includes(box.value);
  return question.dictionary.filter(name => !form.querySelector(`[name=dictionary][value="${CSS.escape(name)}"]`));
}
