/* What was typed and not yet acknowledged, with the key it will be sent under: kept for this window until the
 * daemon has answered or the officer logs out, so that a reload or a power cut of the line loses nothing and sends
 * nothing twice. */
const PREFIX = 'draft:';

export function readDraft(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

export function keepDraft(name, key, values) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({ key, values }));
  } catch {
    // Storage is full or switched off: the page itself still holds what was typed.
  }
}

export function dropDraft(name) {
  sessionStorage.removeItem(PREFIX + name);
}
