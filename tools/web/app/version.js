/* Is this page older than the daemon? Every build lies in a folder of its own, named after what it holds; the page itself, which is asked for
 * anew each time, names the folder. A screen that is fetched later is gone with the old folder, and what is written may no longer fit. */
import * as store from './store.js';

const FOLDER = new URL('.', import.meta.url).pathname; // "/app/0123456789ab/"

export async function lookForNewer() {
  try {
    const reply = await fetch('/', { cache: 'no-cache', credentials: 'omit', headers: { Accept: 'text/html' } });
    if (reply.ok && !(await reply.text()).includes(FOLDER)) store.set({ isOutdated: true });
  } catch {
    // Without a line nothing is known; the next look tells.
  }
}

/* Looks again whenever the line comes back: a daemon that was upgraded was away for a moment. */
export function listen() {
  let before = store.get().line;
  store.listen(() => {
    const { line } = store.get();
    const isBack = before === 'broken' && line === 'up';
    before = line;
    if (isBack) lookForNewer();
  });
}
