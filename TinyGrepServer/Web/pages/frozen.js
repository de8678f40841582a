// An answer that stays: kept as a message under the digest of its text, so that its address can never mean another text.

import { ask, element, root, Refused } from './server.js';

/** Keeps the answer and shows its permanent addresses. */
export async function freeze(answer, place) {
  const { digest } = await ask('/messages', { method: 'POST', body: { message: JSON.stringify(answer) } });
  place.replaceChildren(
    'Stored permanently. ',
    element('a', { href: `${root}/?frozen=${encodeURIComponent(digest)}` }, 'Permanent link to this answer'),
    ' · ',
    element('a', { href: `${root}/messages/${encodeURIComponent(digest)}` }, 'as a message'));
  place.hidden = false;
}

/** Reads a kept answer back. Anybody can keep any text, so nothing about it is taken for granted. */
export async function thaw(digest) {
  const { message } = await ask(`/messages/${encodeURIComponent(digest)}`);
  let answer = null;
  try {
    answer = JSON.parse(message);
  } catch {
    // a text, not an answer
  }
  const texts = list => Array.isArray(list) && list.every(one => typeof one === 'string');
  const isBound = bound => Array.isArray(bound) && bound.length === 2 && bound.every(Number.isSafeInteger);
  const isMatch = match => typeof match?.dictionary === 'string' && typeof match.text === 'string'
    && Number.isSafeInteger(match.line) && match.line > 0
    && texts(match.before) && texts(match.after)
    && (match.bounds === undefined || (Array.isArray(match.bounds) && match.bounds.every(isBound)));
  if (!Array.isArray(answer?.matches) || !answer.matches.every(isMatch)) throw new Refused(404, 'This message is not a frozen answer.');
  return { ...answer, count: answer.matches.length, complete: answer.complete === true, stop_reason: String(answer.stop_reason) };
}
