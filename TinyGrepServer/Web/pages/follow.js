// New lines that match, as the server tells them: by fetch, which can carry a token, and again behind the last one wherever the connection
// breaks. A browser has six connections for a server, so a page follows once, and not at all while nobody sees it.

import { begin, Refused } from './server.js';
import { pause } from './asking.js';

const firstPause = 500; // ms before coming back
const lastPause = 10_000;
const silence = 45_000; // ms; the server says something every fifteen seconds

/**
 * Has `tell` take each event, one after the other, until `signal` is aborted; `lost` hears why there is no connection, and '' once there
 * is one. Throws Refused, with the cursor to go on from, where coming back cannot help.
 */
export async function follow(parameters, tell, signal, { cursor = null, lost = () => {} } = {}) {
  let [wait, isLost] = [firstPause, true];
  const tellLost = text => {
    if (text || isLost) lost(text);
    isLost = text !== '';
  };
  while (!signal.aborted) {
    const gone = whileSeen(signal);
    try {
      const query = new URLSearchParams([...parameters, ...cursor ? [['cursor', cursor]] : []]);
      const reply = await begin(`/api/v1/follow?${query}`, { accept: 'application/x-ndjson', signal: gone.signal });
      tellLost('');
      for await (const event of events(reply.body)) {
        gone.hear();
        [cursor, wait] = [event.cursor, firstPause];
        await tell(event);
      }
    } catch (failed) {
      if (failed instanceof Refused && failed.status !== 0 && failed.status < 502) throw Object.assign(failed, { cursor });
      if (failed instanceof Refused && !signal.aborted) tellLost(failed.message);
    } finally {
      gone.end();
    }
    if (!signal.aborted) await pause(wait);
    await seen(signal);
    wait = Math.min(wait * 2, lastPause);
  }
}

/** A signal that is aborted with the other one, once the page is hidden, and where nothing is heard for long. */
function whileSeen(signal) {
  const controller = new AbortController();
  let silent = 0;
  const hear = () => {
    clearTimeout(silent);
    silent = setTimeout(() => controller.abort(), silence);
  };
  const abort = () => { if (signal.aborted || document.hidden) controller.abort(); };
  signal.addEventListener('abort', abort);
  document.addEventListener('visibilitychange', abort);
  const end = () => {
    clearTimeout(silent);
    signal.removeEventListener('abort', abort);
    document.removeEventListener('visibilitychange', abort);
  };
  hear();
  return { signal: controller.signal, hear, end };
}

async function seen(signal) {
  while (document.hidden && !signal.aborted) await pause(500);
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
  }
}
