// The same question as a shell command. Everything is quoted, so that a pasted term is searched for and never executed. Where the files
// with matches are few they are named; else find(1) chooses as the server does. Files that are decoded get a line of their own.

import { ask } from './server.js';

const flagLetters = { ignore_case: 'i', word: 'w', line: 'x', invert: 'v' };
const modeLetters = { extended: 'E', fixed: 'F', perl: 'P', words: 'P' };
const few = 20;
const maxDecoded = 1000;

/** What makes a text of a decoded file, by form. */
const decoders = {
  gzip: 'zcat -- "$f"',
  'utf-16le': 'iconv -f UTF-16 -t UTF-8 -- "$f"',
  'utf-16be': 'iconv -f UTF-16 -t UTF-8 -- "$f"',
  'utf-8-bom': 'tail -c +4 -- "$f"',
};

export const quote = text => /^[\w@%+=:,./-]+$/.test(text) && !/^[~-]/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The grep command; `counts` is a map of the files with matches, where all of them are known. */
export async function grepCommand(question, counts, skipped, signal) {
  const decoded = await decodedFiles(question, signal);
  const forms = new Map(decoded.dictionaries.map(one => [one.name, one.form]));
  const isFew = counts !== null && counts.size > 0 && counts.size <= few;
  const plain = isFew ? [...counts.keys()].filter(name => !forms.has(name)) : null;
  const coded = [...forms.keys()].filter(name => !isFew || counts.has(name));
  return [
    ...isFew ? named(question, plain) : [chosen(question, [...forms.keys()], skipped)],
    ...Object.keys(decoders).flatMap(form => decoding(question, form, coded.filter(name => forms.get(name) === form))),
    ...decoded.next ? [`# ${decoded.total - maxDecoded} more files are decoded, and left out here`] : [],
  ].join('\n');
}

/** Which of the question's files are decoded, and how. */
async function decodedFiles(question, signal) {
  const query = new URLSearchParams([
    ...question.dictionary.map(entry => ['dictionary', entry]),
    ...Object.keys(decoders).map(form => ['form', form]),
    ['quick', '1'], ['limit', maxDecoded],
  ]);
  return await ask(`/api/v1/dictionaries?${query}`, { signal });
}

const options = question => {
  const isWords = question.mode === 'words';
  const isOn = flag => question[flag] && !(isWords && flag === 'word'); // what a word is stands in the pattern
  const flags = Object.entries(flagLetters).map(([flag, letter]) => isOn(flag) ? letter : '').join('');
  return `-anH${modeLetters[question.mode] ?? ''}${flags}${question.context ? ` -C ${question.context}` : ''}`;
};

const term = question => quote(question.mode === 'words' ? allWords(question) : question.q);

/** grep sees a carriage return before the end of a line, which is no part of the line to the server. */
const endsMatter = question =>
  question.line || (['basic', 'extended', 'perl'].includes(question.mode) && /\$|\\[bswBSW>Z]/.test(question.q));

const grepOfInput = question => `grep ${options(question)} --label="$f" -e ${term(question)}`;

function named(question, names) {
  if (names.length === 0) return [];
  const files = names.map(name => quote(name === '-' ? './-' : name)).join(' ');
  return endsMatter(question)
    ? [`for f in ${files}; do sed 's/\\r$//' -- "$f" | ${grepOfInput(question)}; done`]
    : [`grep ${options(question)} -e ${term(question)} -- ${files}`];
}

function decoding(question, form, names) {
  if (names.length === 0) return [];
  const plain = endsMatter(question) ? `${decoders[form]} | sed 's/\\r$//'` : decoders[form];
  return [`for f in ${names.map(quote).join(' ')}; do ${plain} | ${grepOfInput(question)}; done`];
}

/** Chooses the files as the server does: regular ones and links, by path, no dotfiles, backups and binary files. */
function chosen(question, left, skipped) {
  const wanted = question.dictionary.filter(entry => !entry.startsWith('!'));
  const exact = wanted.filter(entry => !/[*?[{\\]/.test(entry) && /(^|\/)\.|~$/.test(entry));
  const rules = [`! -path '*/.*' ! -name '*~'`, ...wanted.length ? [`-regex ${anyOf(wanted)}`] : []].join(' ');
  const also = exact.length ? [`'(' ${rules} -o -regex ${anyOf(exact)} ')'`] : [rules];
  const excluded = question.dictionary.filter(entry => entry.startsWith('!')).map(entry => entry.slice(1));
  const out = [...excluded.map(expression), ...left.map(escape)];
  const not = out.length ? [`! -regex ${quote(`\\./(${out.join('|')})`)}`] : [];
  const find = ['find . -regextype posix-extended -xtype f', ...also, ...not, `-printf '%P\\0'`].join(' ');
  const text = skipped?.binary ? ` | perl -0ne 'chomp; open F, "<", $_ or next; read F, $b, 8192; print "$_\\0" if $b !~ /\\0/'` : '';
  const grep = endsMatter(question)
    ? `while IFS= read -r -d '' f; do sed 's/\\r$//' -- "$f" | ${grepOfInput(question)}; done`
    : `xargs -0r grep ${options(question)} -e ${term(question)} --`;
  return `${find}${text} | LC_ALL=C sort -z | ${grep}`;
}

const anyOf = entries => quote(`\\./(${entries.map(expression).join('|')})`);

const escape = text => text.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');

/** An entry as a POSIX expression of whole names: this file, what lies in this folder, or what fits this glob. */
function expression(entry) {
  const folder = entry.replace(/^\/|\/+$/g, '');
  if (!/[*?[{\\]/.test(entry)) return `${escape(folder)}(/.*)?`;
  const anywhere = entry.includes('/') ? '' : '(.*/)?';
  return `${anywhere}(${braces(entry.endsWith('/') ? `${entry}**` : entry).map(globExpression).join('|')})`;
}

function braces(glob) {
  const [whole, inside] = /\{([^{}]*,[^{}]*)\}/.exec(glob) ?? [];
  return inside === undefined ? [glob] : inside.split(',').flatMap(one => braces(glob.replace(whole, () => one)));
}

const globTokens = /(?<![^/])\*\*\/|\/\*\*$|\*+|\?|\[[!^]?\]?[^\]]+\]|\\.|[^]/gu;

function globExpression(glob) {
  return glob.replace(/^\//, '').replace(globTokens, token => {
    if (token === '**/') return '([^/]+/)*';
    if (token === '/**') return '/.+';
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 2) return token.replace(/^\[!/, '[^');
    return escape(token.replace(/^\\(?=.)/u, ''));
  });
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
