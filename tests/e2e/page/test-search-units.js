// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Searching, and jumping into the history: the page's pure parts, without a browser.

import assert from 'node:assert/strict';

import { NoArchive, readAnswer, TooLarge } from '../../../data/web/archive.js';
import { Contents } from '../../../data/web/contents.js';
import { excerpt, hasHit, splitHits } from '../../../data/web/excerpt.js';
import { History } from '../../../data/web/history.js';
import { portion, Search } from '../../../data/web/search.js';
import { dayStart, foundWords } from '../../../data/web/search-view.js';
import { run, test } from '../support/check.js';

const bold = (pieces) => pieces.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');
const range = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const messages = (...seqs) => seqs.map((seq) => ({ seq }));

test('hits: in any case, as a whole, else by words, and never as a pattern', () => {
  for (const [text, query, wanted] of [
    ['Slides of the talk', 'SLIDES', '[Slides] of the talk'],
    ['a talk, the talk', 'talk', 'a [talk], the [talk]'],
    ['talk of slides', 'slides talk', '[talk] of [slides]'],
    ['slides talk', ' slides talk ', '[slides talk]'],
    ['a.b axb', 'a.b', '[a.b] axb'],
    ['(x) [y] \\', '[y] \\', '(x) [[y] \\]'],
    ['会議室4ですね', '会議室', '[会議室]4ですね'],
    ['nothing here', 'talk', 'nothing here'],
    ['the talks of Talk', 'talk  TALKS', 'the [talks] of [Talk]'],
    // As the host compares
    ['Große Straße', 'STRASSE', 'Große [Straße]'],
    ['groß', 's', 'gro[ß]'],
    ['Cafe\u0301, café, cafe', 'CAFÉ', '[Cafe\u0301], [café], cafe'],
    ['Café, cafe', 'cafe', 'Café, [cafe]'],
    ['ΟΔΟΣ, οδός', 'οδος', '[ΟΔΟΣ], οδός'],
    ['ｶﾞｷﾞ ＡＢＣ', 'abc ガ', '[ｶﾞ]ｷﾞ [ＡＢＣ]'],
    ['한글', '\u1112\u1161\u11ab', '[한]글'],
    ['\u1112\u1161\u11ab글', '한', '[\u1112\u1161\u11ab]글'],
    ['😀x😀', '😀', '[😀]x[😀]'],
    ['text', '', 'text'],
    ['', 'x', ''],
  ])
    assert.equal(bold(splitHits(text, query)), wanted, query);
  assert.equal(hasHit('ada', { name: 'Ada', text: 'x' }), true);
  assert.equal(hasHit('talk ADA', { name: 'Ada', text: 'a talk' }), true);
  assert.equal(hasHit('talk ada linus', { name: 'Ada', text: 'a talk' }), false);
  assert.equal(hasHit('a.a', { name: 'Ada', text: 'x' }), false);
  assert.equal(hasHit(' ', { name: 'Ada', text: ' ' }), false);
});

test('excerpt: short texts whole on one line, long ones around the first hit', () => {
  assert.equal(bold(excerpt('two\n\n  lines', 'lines')), 'two [lines]');
  assert.equal(bold(excerpt('x'.repeat(240), 'y')), 'x'.repeat(240));
  assert.equal(bold(excerpt('x'.repeat(241), 'y')), `${'x'.repeat(240)}…`);
  assert.equal(bold(excerpt(`${'x'.repeat(60)}hit${'x'.repeat(300)}`, 'hit')), `${'x'.repeat(60)}[hit]${'x'.repeat(177)}…`);
  assert.equal(bold(excerpt(`${'x'.repeat(500)}hit${'y'.repeat(500)}`, 'HIT')), `…${'x'.repeat(60)}[hit]${'y'.repeat(177)}…`);
  assert.equal(bold(excerpt(`${'x'.repeat(500)}hit`, 'hit')), `…${'x'.repeat(60)}[hit]`);
  // The host finds nothing further down, and nobody waits for it to be read.
  assert.equal(bold(excerpt(`${' '.repeat(16_384)}hit`, 'hit')), '…');
  assert.equal(bold(excerpt(`${' '.repeat(16_381)}hit`, 'hit')), '[hit]');
  // Never half a character
  for (let shift = 0; shift < 4; shift += 1)
    assert.doesNotMatch(bold(excerpt(`${'x'.repeat(shift)}${'😀'.repeat(300)}hit${'😀'.repeat(300)}`, 'hit')), /\p{Surrogate}/u);
});

// An archive with answers to come, in order.
function fakeArchive(...answers) {
  const asked = [];
  return {
    asked,
    search: async (query) => {
      asked.push(query);
      const answer = answers.shift();
      if (answer instanceof Error)
        throw answer;
      return answer;
    },
  };
}

function makeSearch(archive, held = []) {
  return new Search({ archive, readItem: (message) => (message.isNone ? null : message), held: () => held, onChange: () => {} });
}

const settled = () => new Promise((resolve) => { setImmediate(resolve); });
const found = (search) => search.results.map(({ seq }) => seq);

test('search: newest first, in portions, until there are no more', async () => {
  const archive = fakeArchive({ messages: messages(5, 8, 9), before: 5 }, { messages: messages(1, 3), before: null });
  const search = makeSearch(archive);
  search.start(' talk ', 'messages');
  assert.equal(search.state, 'asking');
  await settled();
  assert.deepEqual([found(search), search.state, search.hasMore], [[9, 8, 5], 'done', true]);
  search.more();
  search.more();
  await settled();
  assert.deepEqual([found(search), search.hasMore], [[9, 8, 5, 3, 1], false]);
  search.more();
  assert.deepEqual(archive.asked, [
    { q: 'talk', topic: 'messages', limit: portion, before: undefined },
    { q: 'talk', topic: 'messages', limit: portion, before: 5 },
  ]);
});

test('search: one that has read much goes on where it says, with and without messages, but never back', async () => {
  const archive = fakeArchive({ messages: messages(900), before: 700 }, { messages: [], before: 500 }, { messages: [], before: 500 });
  const search = makeSearch(archive);
  search.start('x', 'messages');
  await settled();
  for (const [before, hasMore] of [[700, true], [500, false]]) {
    search.more();
    await settled();
    assert.deepEqual([found(search), archive.asked.at(-1).before, search.hasMore], [[900], before, hasMore]);
  }
});

test('search: 256 bytes are asked, one more is said to be too long', async () => {
  const archive = fakeArchive({ messages: messages(1), before: null });
  const search = makeSearch(archive);
  search.start(`${'会'.repeat(85)}x`, 'messages');
  await settled();
  assert.deepEqual([found(search), search.state], [[1], 'done']);
  search.start(`${'会'.repeat(85)}xx`, 'messages');
  assert.deepEqual([found(search), search.state, archive.asked.length], [[], 'long', 1]);
});

test('answers: where a search goes on', () => {
  const read = (value) => readAnswer(JSON.stringify({ log: 'a', messages: [], ...value }));
  const one = [{ seq: 7, time: 1, topic: 'messages', payload: 'x' }];
  for (const [value, more, before] of [
    [{ more: true, before: 5 }, false, 5],
    [{ more: true, before: 5, messages: one }, true, 5],
    [{ more: true, messages: one }, true, 7],
    [{ more: true }, false, null],
    [{ more: true, before: 'x', messages: one }, true, 7],
    [{ more: false, before: 5, messages: one }, false, null],
  ]) {
    const answer = read(value);
    assert.deepEqual([answer.more, answer.before], [more, before], JSON.stringify(value));
  }
});

test('search: blanks ask nobody; what makes no row is passed over; an old answer is not taken', async () => {
  const archive = fakeArchive({ messages: messages(1), before: null }, { messages: [{ seq: 2 }, { seq: 3, isNone: true }], before: null });
  const search = makeSearch(archive);
  search.start('  ', 'messages');
  assert.deepEqual([search.state, archive.asked.length], ['idle', 0]);
  search.start('a', 'messages');
  search.start('ab', 'messages');
  await settled();
  assert.deepEqual(found(search), [2]);
});

test('search: without an archive what is held is searched; too large is asked in smaller portions; else it fails', async () => {
  const held = [{ seq: 1, name: 'Ada', text: 'a talk' }, { seq: 2, name: 'Ada', text: 'x' }, { seq: null, name: '', text: 'Talk' }];
  const local = makeSearch(fakeArchive(new NoArchive()), held);
  local.start('talk', 'messages');
  await settled();
  assert.deepEqual([found(local), local.isLocal, local.state], [[null, 1], true, 'done']);

  const archive = fakeArchive(new TooLarge(), { messages: messages(7), before: 7 });
  const large = makeSearch(archive);
  large.start('talk', 'messages');
  await settled();
  assert.deepEqual([found(large), archive.asked.map(({ limit }) => limit)], [[7], [portion, portion / 10]]);

  const failing = makeSearch(fakeArchive(new Error('HTTP 503')), held);
  failing.start('talk', 'messages');
  await settled();
  assert.deepEqual([found(failing), failing.state, failing.isLocal], [[], 'failed', false]);
});

const answer = (seqs, more = false, log = 'a') => ({ log, more, messages: messages(...seqs) });

// A history that holds 901-1000, up to the end.
function begun() {
  const history = new History();
  history.take(history.begin(), answer(range(901, 1000), true));
  return history;
}

test('jump: another piece, apart from the end, that grows to both sides', () => {
  const history = begun();
  const question = history.jump(300);
  assert.deepEqual([question.kind, question.before], ['jump', 301]);
  assert.deepEqual([history.first, history.hasNewer], [901, false], 'what is held stays until the answer is there');
  const result = history.take(question, answer(range(201, 300), true));
  assert.deepEqual([result.isTaken, result.dropsAll, result.question.kind, result.question.after], [true, true, 'newer', 300]);
  assert.deepEqual([history.first, history.last, history.hasOlder, history.hasNewer], [201, 300, true, true]);
  assert.equal(history.hear('a', 1001).isShown, false);
  history.take(result.question, answer(range(301, 400), true));
  assert.deepEqual([history.last, history.hasNewer], [400, true]);
  assert.equal(history.older().before, 201);
});

test('jump: near the end it is joined with it, with what came meanwhile', () => {
  const history = begun();
  const result = history.take(history.jump(950), answer(range(851, 950), true));
  history.hear('a', 1001);
  history.take(result.question, answer(range(951, 1000)));
  assert.equal(history.hasNewer, true, '1001 is not held');
  history.take(history.newer(), answer([1001]));
  assert.equal(history.hasNewer, false);
  assert.equal(history.hear('a', 1002).isShown, true);
});

test('jump: without an answer, or to what is gone, all stays; from there the way to the end is as ever', () => {
  const history = begun();
  const question = history.jump(300);
  history.fail(question);
  assert.equal(history.hear('a', 1001).isShown, true);
  assert.deepEqual([history.first, history.last], [901, 1001]);
  const gone = history.take(history.jump(5), answer([]));
  assert.deepEqual([gone.isTaken, gone.dropsAll, gone.question, history.first], [false, false, null, 901]);

  history.take(history.jump(300), answer(range(201, 300), true));
  const newest = history.newest();
  assert.equal(newest.kind, 'newest');
  const result = history.take(newest, answer(range(902, 1001), true));
  assert.deepEqual([result.dropsBefore, history.first, history.last, history.hasNewer], [902, 902, 1001, false]);
});

test('jump: into a log that began anew meanwhile: the newest of it', () => {
  const history = begun();
  const result = history.take(history.jump(300), answer([3], false, 'b'));
  assert.deepEqual([result.isNewLog, result.isTaken, result.question.kind], [true, false, 'newest']);
});

test('jump: while the gap of a break was being closed, the end is found again', () => {
  const history = begun();
  history.end();
  const fill = history.begin();
  const question = history.jump(300);
  assert.equal(history.isOpen(fill), false);
  history.fail(question);
  assert.equal(history.catchUp().kind, 'fill');
});

test('contents: reveal the very one, else the next that is held', () => {
  const item = (seq) => ({ seq, id: null, text: `${seq}`, topic: 'messages', isOwn: false, state: '' });
  const contents = new Contents({ onCutTop: () => {}, onCutEnd: () => null });
  contents.reveal(item(3));
  assert.equal(contents.target, null);
  contents.addPast([2, 4, 6].map(item), false);
  const loose = item(null);
  contents.add(loose);
  for (const [wanted, shown] of [[4, 4], [5, 6], [9, 6], [1, 2]]) {
    contents.reveal(item(wanted));
    assert.equal(contents.target.seq, shown);
  }
  contents.reveal(loose);
  assert.equal(contents.target, loose);
  assert.equal(contents.isAtEnd, false);
  assert.deepEqual([contents.hasItem(item(4)), contents.hasItem(item(5)), contents.hasItem(loose), contents.hasItem(item(null))],
    [true, false, true, false]);
  contents.clear();
  assert.deepEqual(contents.items, []);
});

test('words: what was found, and where', () => {
  const words = (state, count, more = {}) =>
    foundWords({ state, query: 'X', results: Array(count).fill(null), hasMore: false, isLocal: false, ...more });
  assert.deepEqual([words('idle', 0), words('asking', 0), words('asking', 50, { hasMore: true }), words('failed', 0)],
    ['', 'Searching…', 'The newest 50 results', 'The host does not answer.']);
  assert.deepEqual([words('done', 0), words('done', 1), words('done', 2), words('done', 50, { hasMore: true })],
    ['No results for “X”', '1 result', '2 results', 'The newest 50 results']);
  assert.deepEqual([words('done', 0, { hasMore: true }), words('done', 1, { hasMore: true }), words('long', 0)],
    ['Searching…', 'The newest result', 'That is more than can be searched for.']);
  assert.equal(words('done', 0, { isLocal: true }),
    'No results for “X”. This host has no search: only what is held here was searched.');
});

test('days: as a date field has them, in the time of the reader', () => {
  assert.equal(dayStart('2026-11-26'), new Date(2026, 10, 26).getTime());
  assert.equal(dayStart('1901-01-01'), 0, 'the host knows no time before 1970');
  assert.equal(dayStart('12026-01-01'), 253_402_300_799_999, 'nor one after the year 9999');
  for (const none of ['', '2026-11', 'x2026-11-26', '2026-11-26T00:00'])
    assert.equal(dayStart(none), NaN);
});

await run();
