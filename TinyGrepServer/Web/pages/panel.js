// The panel with the commands that ask the same. Which files are decoded is asked for only where somebody looks.

import { copy, hasToken, root } from './server.js';
import { toParameters } from './question.js';
import { curlCommand, grepCommand } from './commands.js';

/** `shown` gives what the page shows: the question asked, its answer, the counts by file where they are known, and a signal. */
export function commandsPanel(panel, shown) {
  const [grep, curl] = ['grep-command', 'curl-command'].map(id => document.getElementById(id));

  async function tell() {
    const { asked, answer, counts, signal } = shown();
    if (!panel.open || !asked || !answer) return;
    const parameters = toParameters(asked);
    if (answer.stop_reason === 'limit') parameters.set('limit', '10000');
    curl.textContent = curlCommand(parameters, root, hasToken());
    const command = await grepCommand(asked, counts, answer.skipped, signal)
      .catch(failed => failed.name === 'AbortError' ? null : failed.message);
    if (command !== null && asked === shown().asked) grep.textContent = command;
  }

  panel.addEventListener('toggle', () => void tell());
  panel.addEventListener('click', async event => {
    const button = event.target.closest('[data-copies]');
    if (!button) return;
    const isCopied = await copy(document.getElementById(button.dataset.copies).textContent);
    button.firstChild.data = isCopied ? 'Copied' : 'Select and copy';
  });
  panel.addEventListener('focusout', event => { if (event.target.dataset.copies) event.target.firstChild.data = 'Copy'; });
  return { tell: () => void tell() };
}
