// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The words of the page: each is there in each language, with what is to be put into it, and nothing is left over.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';

import { dayWords } from '../../../data/web/lines.js';
import { typingWords } from '../../../data/web/people-words.js';
import { languageFor, say, sayCount, speak, use } from '../../../data/web/words.js';
import arabic from '../../../data/web/words-ar.js';
import german from '../../../data/web/words-de.js';
import { run, test } from '../support/check.js';

const web = new URL('../../../data/web/', import.meta.url);
const read = (name) => readFile(new URL(name, web), 'utf8');
const literal = String.raw`'((?:[^'\\\n]|\\.)+)'`;
const namesIn = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

async function scripts() {
  const names = (await readdir(web)).filter((name) => name.endsWith('.js') && !/^words(-\w+)?\.js$/.test(name));
  return Promise.all(names.map(async (name) => ({ name, text: (await read(name)).replace(/^\s*\/\/.*$|\/\*[^]*?\*\//gm, '') })));
}

// What stands in the page from the beginning; without scripts nobody translates.
async function wordsOfPage() {
  const html = (await read('index.html')).replace(/<!.*?>|<noscript>.*?<\/noscript>/gs, '');
  const found = [...html.matchAll(/\s(?:aria-label|placeholder|title)="([^"]*)"|>([^<]*)</g)];
  return found.map(([, attribute, text]) => (attribute ?? text).trim()).filter((words) => /\p{L}{2}/u.test(words));
}

async function wordsOfScripts() {
  const plain = new Set(await wordsOfPage());
  const counted = new Map();
  for (const { text } of await scripts()) {
    for (const [, words] of text.matchAll(new RegExp(String.raw`\b(?:say|toSay)\(${literal}`, 'g')))
      plain.add(words);
    for (const [, one, many] of text.matchAll(new RegExp(String.raw`\bsayCount\([^']*?${literal}, ${literal}`, 'g')))
      counted.set(many, one);
  }
  return { plain, counted };
}

test('words are found, and nothing is said that could not be found', async () => {
  const { plain, counted } = await wordsOfScripts();
  assert.ok(plain.size > 90 && counted.size >= 12, `${plain.size} ${counted.size}`);
  for (const { name, text } of await scripts()) {
    // What is not said as it stands here was marked where it stands.
    for (const [call] of text.matchAll(/(?<![#.\w])(?:say|toSay)\((?!'|\w+\) \{).*/g))
      assert.match(call, /^say\(\w+\[\w+\]\)/, `${name}: ${call}`);
    // Sentences that nobody translates.
    for (const [, before, words] of text.matchAll(/(.*?)'(\p{Lu}[^'\n]* [^'\n]*[.…])'/gu))
      assert.match(before, /(?:say|toSay|sayCount)\(.*$/, `${name}: ${words}`);
  }
});

for (const table of [german, arabic]) {
  test(`${table.language}: all words, with the same gaps, and no others`, async () => {
    const { plain, counted } = await wordsOfScripts();
    const wanted = [...plain, ...counted.keys()].sort();
    assert.deepEqual(Object.keys(table.words).sort(), wanted);
    for (const words of plain) {
      assert.equal(typeof table.words[words], 'string', words);
      assert.deepEqual(namesIn(table.words[words]), namesIn(words), words);
      assert.equal(table.words[words].trim() === '', words.trim() === '', words);
    }
  });

  test(`${table.language}: a form for each kind of number`, async () => {
    const kinds = new Intl.PluralRules(table.language).resolvedOptions().pluralCategories.slice().sort();
    for (const [many, one] of (await wordsOfScripts()).counted) {
      const forms = table.words[many];
      assert.deepEqual(Object.keys(forms).sort(), kinds, many);
      for (const [kind, words] of Object.entries(forms)) {
        const names = namesIn(words);
        // A single thing, or a pair, may be told without its number.
        const isWhole = ['few', 'many', 'other'].includes(kind);
        assert.deepEqual(isWhole ? names : names.concat(names.includes('n') ? [] : 'n').sort(), namesIn(many), `${many}: ${kind}`);
      }
      assert.deepEqual(namesIn(one).filter((name) => name !== 'n'), namesIn(many).filter((name) => name !== 'n'), many);
    }
  });
}

test('which language: the first that is known, as the reader wants it', () => {
  for (const [wanted, language] of [
    [['de-AT', 'en'], 'de'], [['DE'], 'de'], [['ar-EG', 'de'], 'ar'], [['en-GB', 'de'], 'en'], [['fr', 'ar', 'en'], 'ar'],
    [['fr'], 'en'], [[], 'en'], [['constructor'], 'en'], [['deu'], 'en'],
  ])
    assert.equal(languageFor(wanted), language, wanted.join());
});

test('what is put into words stays as it is', async () => {
  assert.equal(say('{who} joined', { who: '{who} {n}' }), '{who} {n} joined');
  assert.equal(sayCount(1, '{n} result', '{n} results'), '1 result');
  assert.equal(sayCount(0, '{n} result', '{n} results'), '0 results');
  await speak(['de']);
  assert.equal(say('{who} joined', { who: '{who} {n}' }), '{who} {n} ist beigetreten');
  assert.equal(sayCount(1, '{n} result', '{n} results'), '1 Ergebnis');
  assert.equal(sayCount(2, '{n} result', '{n} results'), '2 Ergebnisse');
  // What is in no table.
  assert.equal(say('constructor'), 'constructor');
  const now = new Date(2026, 10, 26, 12).getTime();
  assert.equal(dayWords(new Date(2026, 10, 2).getTime(), now), 'Montag, 2. November');
  assert.equal(dayWords(new Date(2025, 10, 3).getTime(), now), 'Montag, 3. November 2025');
  assert.equal(dayWords(now, now), 'Heute');

  await speak(['ar']);
  assert.deepEqual([0, 1, 2, 3, 11, 100].map((count) => sayCount(count, '{n} result', '{n} results')),
    ['لا نتائج', 'نتيجة واحدة', 'نتيجتان', '3 نتائج', '11 نتيجة', '100 نتيجة']);
  assert.equal(dayWords(new Date(2026, 10, 2).getTime(), now), 'الاثنين، 2 نوفمبر');
  assert.match(typingWords(['Ada', 'Bo', 'Cy']), /^3 /);

  await speak(['fr']);
  assert.equal(say('Today'), 'Today');
  assert.equal(dayWords(new Date(2026, 10, 2).getTime(), now), 'Monday, 2 November');
  use(german);
  await speak(['en-GB', 'de']);
  assert.equal(sayCount(2, '{n} result', '{n} results'), '2 results');
});

await run();
