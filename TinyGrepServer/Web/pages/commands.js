// The same question as a shell command. Everything is quoted, so that a pasted term is searched for and never executed.

const flagLetters = { ignore_case: 'i', word: 'w', line: 'x', invert: 'v' };
const modeLetters = { extended: 'E', fixed: 'F', perl: 'P' };

export const quote = text => /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function grepCommand(question, names) {
  const flags = Object.entries(flagLetters).map(([flag, letter]) => question[flag] ? letter : '').join('');
  const letters = `an${modeLetters[question.mode] ?? ''}${flags}`;
  const context = question.context ? ` -C ${question.context}` : '';
  const files = names.length > 20 ? " -r --exclude='.*' --exclude='*~' -I" : '';
  const where = names.length > 20 ? '.' : names.map(name => quote(name === '-' ? './-' : name)).join(' ');
  return `grep -${files ? letters.replace('a', '') : letters}${context}${files} -e ${quote(question.q)} -- ${where}`;
}

export function curlCommand(parameters, root, withToken) {
  const rest = [...parameters].map(([name, value]) => ` --data-urlencode ${quote(`${name}=${value}`)}`).join('');
  return `curl -sG ${quote(`${location.origin}${root}/api/v1/search`)}${withToken ? ' -H "Authorization: Bearer $TOKEN"' : ''}${rest}`;
}

/** The names a question searches: globs are expanded, so that the command needs none. */
export function searched(question, names) {
  if (question.dictionary.length === 0) return names;
  const found = new Set();
  for (const wanted of question.dictionary) {
    const glob = new RegExp(`^${wanted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
    const fitting = names.includes(wanted) || !/[*?]/.test(wanted) ? [wanted] : names.filter(name => glob.test(name));
    fitting.forEach(name => found.add(name));
  }
  return [...found];
}

/** Copies by the clipboard where the browser has one for us (not on plain http), else by the old command. */
export async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
}
