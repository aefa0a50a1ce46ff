/* Sentences by key, in the reader's language: text/vi*.js and text/en*.js hold the client's own (served as one file a language,
 * fetched when it is spoken), words.js the words of the daemon's tables. A test finds keys that are missing or that nobody uses. */
import * as store from './store.js';
import words from './words.js';

const texts = {};

/* Goes on in this language, once its sentences are here. */
export async function speak(language) {
  texts[language] ??= (await import(`./text/${language}.js`)).default;
  store.setLanguage(language);
}

/* The sentence of `key`, with {name} replaced by values.name. */
export function t(key, values = {}) {
  const text = texts[store.get().language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/* The label of a word of one of the daemon's lists: word('state', 'received'). */
export function word(list, value) {
  return words[store.get().language][list]?.[value] ?? value ?? '';
}

export const wordsOf = (list) => Object.keys(words[store.get().language][list]);
export const verdictOf = (cause) => words.verdict_of[cause];
