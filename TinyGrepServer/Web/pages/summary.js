// An answer in words: how much it is, and what it lacks.

import { number, plural } from './server.js';

/** `shown` says what the page has of it: `files` with a match, and whether their matches are `isFolded`; `all` its counts, if known. */
export function summary(answer, shown, all = null) {
  if (answer.complete && answer.count === 0) return 'No line matches.';
  const where = shown.files > 1 ? ` in ${plural(shown.files, 'file', 'files')}` : '';
  const what = `${plural(answer.count, 'match', 'matches')}${where}`;
  switch (answer.stop_reason) {
    case 'end': return `${what}. That is all.`;
    case 'limit': return all === null ? `${what} so far; there are more.` : counted(answer, shown, all);
    case 'timeout': return `${what}, but the time was up: not everything was searched.`;
    case 'unreadable': return `${what}, but not every file could be read.`;
    default: return `${what}, not complete: ${answer.stop_reason}.`;
  }
}

function counted(answer, shown, all) {
  const matches = plural(all.matches, 'match', 'matches');
  if (!shown.isFolded) return `The first ${number(answer.count)} of ${matches}.`;
  const files = `${all.isCut ? 'more than ' : ''}${plural(all.files, 'file', 'files')}`;
  return answer.next ? `${matches} in ${files}; the first ${plural(shown.files, 'file is', 'files are')} here.` : `${matches} in ${files}.`;
}

/** One line: what the rules left out of a search that did not name it, by name as far as known, and what could not be read. */
export function leftOut(answer, files = []) {
  const skipped = Object.entries(answer.skipped ?? {}).map(([reason, count]) => {
    const some = files.filter(one => one.skipped === reason).map(one => one.name).slice(0, 3);
    const which = some.length ? ` (${some.join(', ')}${Number(count) > some.length ? ' …' : ''})` : '';
    return `${number(Number(count) || 0)} ${reason}${which}`;
  });
  const unread = (answer.problems ?? []).map(one => `${one.dictionary} (${one.problem})`);
  return [
    ...skipped.length ? [`Skipped: ${skipped.join(', ')}.`] : [],
    ...unread.length ? [`Not read: ${unread.join(', ')}.`] : [],
  ].join(' ');
}
