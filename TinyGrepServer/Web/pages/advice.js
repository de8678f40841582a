// What to try: where a term looks like another mode's, before anybody wonders why nothing matches; and where nothing does.

const looksRegular = /\\[dwsbDWSB]|[.\])][*+]|\.\?|\w\|\w|^\^\w|\[\^?[^\]\s]+-[^\]\s]+\]|\(.*\|.*\)/;
const looksPerl = /\\[dDKpP]|\(\?[=!<:imsx]|[*+?}]\?/;
const looksExtended = /(^|[^\\])(\||\w[+?](\W|$)|[)\]][+?*]|\{\d+(,\d*)?\})/;
const looksBasic = /\\[|(){}+?]/;

/** Where the term looks like another mode's: what to say, what the button does, and its label. Null: it does not. */
export function hint({ q, mode }) {
  const isPlain = ['fixed', 'words'].includes(mode);
  if (isPlain && looksPerl.test(q)) return to('perl', 'This looks like a Perl expression, but is searched as plain text.');
  if (isPlain && looksRegular.test(q)) return to('extended', 'This looks like a regular expression, but is searched as plain text.');
  if (mode !== 'perl' && looksPerl.test(q)) return to('perl', 'This looks like a Perl expression; in this mode it means something else.');
  if (mode === 'basic' && looksExtended.test(q)) return to('extended', 'In a basic expression | + ? ( ) { } are literal characters.');
  if (mode === 'extended' && looksBasic.test(q)) return to('basic', 'With a backslash, | + ? ( ) { } are literal characters here.');
  return null;
}

const names = { extended: 'a regular expression', perl: 'a Perl expression', basic: 'a basic expression' };
const to = (mode, text) => ({ text, label: `Search it as ${names[mode]}`, change: { mode } });

/** What could be asked instead of a question that nothing matches. */
export function advice(question) {
  const found = [];
  const offer = (label, change) => found.push({ label, change });
  if (question.invert) offer('Lines that match', { invert: false });
  if (!question.ignore_case) offer('Ignore case', { ignore_case: true });
  if (question.word) offer('Also parts of words', { word: false });
  if (question.line) offer('Also parts of lines', { line: false });
  if (question.mode === 'fixed' && /\S\s+\S/.test(question.q)) offer('All words, in any order', { mode: 'words' });
  if (!['fixed', 'words'].includes(question.mode)) offer('As plain text', { mode: 'fixed' });
  if (question.dictionary.length) offer('In all files', { dictionary: [] });
  return found;
}
