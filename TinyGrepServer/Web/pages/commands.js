// The same question as a shell command. Everything is quoted, so that a pasted term is searched for and never executed.

const flagLetters = { ignore_case: 'i', word: 'w', line: 'x', invert: 'v' };
const modeLetters = { extended: 'E', fixed: 'F', perl: 'P', words: 'P' };

export const quote = text => /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function grepCommand(question, names) {
  const isWords = question.mode === 'words';
  const isOn = flag => question[flag] && !(isWords && flag === 'word'); // what a word is stands in the pattern
  const flags = Object.entries(flagLetters).map(([flag, letter]) => isOn(flag) ? letter : '').join('');
  const letters = `an${modeLetters[question.mode] ?? ''}${flags}`;
  const context = question.context ? ` -C ${question.context}` : '';
  const files = names.length > 20 ? " -r --exclude='.*' --exclude='*~' -I" : '';
  const where = names.length > 20 ? '.' : names.map(name => quote(name === '-' ? './-' : name)).join(' ');
  const term = quote(isWords ? allWords(question) : question.q);
  return `grep -${files ? letters.replace('a', '') : letters}${context}${files} -e ${term} -- ${where}`;
}

/** A Perl pattern that selects the lines which hold every word. */
function allWords(question) {
  const [before, after] = question.word ? ['(?<![_\\p{L}\\p{N}])', '(?![_\\p{L}\\p{N}])'] : ['', ''];
  const words = question.q.split(/\s+/u).filter(word => word).map(word => word.replace(/[!-/:-@[-`{-~]/g, '\\$&'));
  return `^${words.map(word => `(?=.*${before}${word}${after})`).join('')}`;
}

export function curlCommand(parameters, root, withToken) {
  const rest = [...parameters].map(([name, value]) => ` --data-urlencode ${quote(`${name}=${value}`)}`).join('');
  return `curl -sG ${quote(`${location.origin}${root}/api/v1/search`)}${withToken ? ' -H "Authorization: Bearer $TOKEN"' : ''}${rest}`;
}

/** The names a question searches: patterns are expanded, so that the command needs none. */
export function searched(question, names) {
  const excluded = question.dictionary.filter(entry => entry.startsWith('!')).map(entry => fitting(entry.slice(1)));
  const wanted = question.dictionary.filter(entry => !entry.startsWith('!'));
  const chosen = wanted.length === 0 ? names : wanted.flatMap(entry => {
    const found = names.includes(entry) ? [entry] : names.filter(fitting(entry));
    return found.length || /[*?[{]/.test(entry) ? found : [entry];
  });
  return [...new Set(chosen)].filter(name => !excluded.some(fits => fits(name)));
}

/** Whether a name is this one, lies in this folder or fits this glob. */
function fitting(entry) {
  const folder = entry.replace(/\/+$/, '');
  const globs = /[*?[{\\]/.test(entry) ? braces(entry).map(globExpression) : [];
  return name => name === folder || name.startsWith(`${folder}/`) || globs.some(glob => glob.test(name));
}

function braces(glob) {
  const [whole, inside] = /\{([^{}]*,[^{}]*)\}/.exec(glob) ?? [];
  return inside === undefined ? [glob] : inside.split(',').flatMap(one => braces(glob.replace(whole, () => one)));
}

const globTokens = /(?<![^/])\*\*\/|\/\*\*$|\*+|\?|\[[!^]?[^\]]+\]|\\.|[^]/gu;

function globExpression(glob) {
  const whole = (glob.endsWith('/') ? `${glob}**` : glob).replace(/^\//, '');
  const pattern = whole.replace(globTokens, token => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '/**') return '/.+';
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 2) return token.replace(/^\[!/, '[^').replace(/(?<!^)[\\&[](?!$)/g, '\\$&');
    return token.replace(/^\\(?=.)/u, '').replace(/[.+^${}()|[\]\\/-]/, '\\$&');
  });
  try {
    return new RegExp(`^${glob.includes('/') ? '' : '(?:.*/)?'}${pattern}$`, 'su');
  } catch {
    return /(?!)/; // the server knows better; only the command shown lacks these names
  }
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
