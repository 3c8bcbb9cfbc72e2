// SPDX-License-Identifier: LGPL-2.1-or-later
//
// In which language the page speaks. English stands where it is said, and is the
// key to the tables of the other languages, one module each: words-de.js and
// words-ar.js. Only the one that is wanted is loaded.
//
// A sentence with something in it has names in braces: say('Leave {room}', { room }).
// What depends on a number has the number as {n}, and a table may have as many forms
// of it as its language has; it has them under the English form of many.

const tables = {
  de: () => import('./words-de.js'),
  ar: () => import('./words-ar.js'),
};

const english = { language: 'en', locale: undefined, direction: 'ltr', words: {} };

let spoken = english;
let plurals = null;

// The first language of these that the page speaks, else English. Pure.
export function languageFor(wanted) {
  const known = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return known.find((language) => language === 'en' || Object.hasOwn(tables, language)) ?? 'en';
}

// For numbers and dates; undefined: as the browser does.
export function locale() {
  return spoken.locale;
}

// Speaks as `table` says from now on.
export function use(table) {
  spoken = table;
  plurals = new Intl.PluralRules(table.language);
}

// What is written at `wanted` is not there: English is better than nothing.
export async function speak(wanted) {
  const language = languageFor(wanted);
  try {
    use(language === 'en' ? english : (await tables[language]()).default);
  } catch {
    use(english);
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (name, key) => String(values[key]));
}

function lookUp(words) {
  return Object.hasOwn(spoken.words, words) ? spoken.words[words] : undefined;
}

export function say(words, values = {}) {
  return fill(lookUp(words) ?? words, values);
}

// `many` is the key; `values` may have the number in other words.
export function sayCount(count, one, many, values = {}) {
  const forms = lookUp(many);
  const text = forms === undefined ? (count === 1 ? one : many) : forms[plurals.select(count)] ?? forms.other;
  return fill(text, { n: count, ...values });
}

// Marks words that are said later, by say().
export function toSay(words) {
  return words;
}

const attributes = ['aria-label', 'placeholder', 'title'];

// What stands in the page from the beginning, before anybody else has a say in it.
export function translate(root) {
  root.lang = spoken.language;
  root.dir = spoken.direction;
  if (spoken === english)
    return;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [, before, words, after] = /^(\s*)(.*?)(\s*)$/s.exec(texts.currentNode.data);
    if (words !== '' && lookUp(words) !== undefined)
      texts.currentNode.data = before + lookUp(words) + after;
  }
  for (const element of root.querySelectorAll(attributes.map((name) => `[${name}]`).join())) {
    for (const name of attributes.filter((one) => element.hasAttribute(one)))
      element.setAttribute(name, say(element.getAttribute(name)));
  }
}
