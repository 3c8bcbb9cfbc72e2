// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What stands between the messages: the page's pure parts, without a browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { Contents } from '../../../data/web/contents.js';
import { arrange, dayOf, dayWords, groupMs, nextMidnight } from '../../../data/web/lines.js';
import { Mark } from '../../../data/web/mark.js';
import { mentions } from '../../../data/web/mentions.js';
import { sharedNames, suffixOf } from '../../../data/web/names.js';
import { run, test } from '../support/check.js';

// Local time, whatever zone the tests run in.
const at = (...parts) => new Date(...parts).getTime();
const nowMs = at(2026, 10, 26, 14, 30);

const chat = (timeMs, more = {}) =>
  ({ kind: 'chat', name: 'Grace', from: '1'.repeat(16), timeMs, seq: null, isOwn: false, ...more });

test('days: their names, to the first and last moment', () => {
  for (const [time, words] of [
    [at(2026, 10, 26, 0, 0), 'Today'],
    [at(2026, 10, 26, 23, 59, 59, 999), 'Today'],
    [at(2026, 10, 25, 23, 59, 59, 999), 'Yesterday'],
    [at(2026, 10, 25), 'Yesterday'],
    [at(2026, 10, 24, 23, 59, 59, 999), 'Tuesday, 24 November'],
    [at(2026, 0, 1), 'Thursday, 1 January'],
    [at(2025, 11, 31, 23, 59), 'Wednesday, 31 December 2025'],
    [at(2025, 10, 3), 'Monday, 3 November 2025'],
    // A clock that is ahead
    [at(2026, 10, 27), 'Friday, 27 November'],
    [at(2027, 0, 1), 'Friday, 1 January 2027'],
  ])
    assert.equal(dayWords(time, nowMs), words);
  assert.equal(dayWords(at(2025, 11, 31, 23, 59), at(2026, 0, 1)), 'Yesterday');
});

test('days: each is one more than the one before, also where a clock is put forward', () => {
  for (let day = 1; day < 800; day += 1)
    assert.equal(dayOf(at(2026, 0, day + 1)) - dayOf(at(2026, 0, day, 23, 59, 59)), 1);
  assert.equal(nextMidnight(nowMs), at(2026, 10, 27));
  assert.equal(nextMidnight(at(2026, 10, 27)), at(2026, 10, 28));
});

const arranged = (items, newAt = -1) => arrange(items, newAt).map(({ day, isNew, continues }) =>
  [day === null ? '' : dayWords(day * 86_400_000 + 43_200_000, nowMs), isNew, continues]);

test('names: left out within five minutes, not a moment later', () => {
  const t = at(2026, 10, 26, 10);
  assert.deepEqual(arranged([chat(t), chat(t + groupMs), chat(t + 2 * groupMs), chat(t + 3 * groupMs + 1), chat(t)]),
    [['Today', false, false], ['', false, true], ['', false, true], ['', false, false], ['', false, false]]);
});

test('names: shown for another person, another name, on another day, and for what has none', () => {
  const t = at(2026, 10, 26, 0, 1);
  const before = at(2026, 10, 25, 23, 59);
  assert.deepEqual(arranged([chat(before), chat(t)]), [['Yesterday', false, false], ['Today', false, false]]);
  for (const other of [{ from: '2'.repeat(16) }, { from: null }, { name: 'Linus' }, { kind: 'text', name: '' }, { kind: 'note' }])
    assert.equal(arranged([chat(t), chat(t, other)])[1][2], false, JSON.stringify(other));
  for (const same of [{ name: '' }, { kind: 'text', name: '', from: null }, { kind: 'bytes' }])
    assert.equal(arranged([chat(t, same), chat(t, same)])[1][2], false, JSON.stringify(same));
});

test('names: shown below the line of what is new; days come back when a clock went back', () => {
  const t = at(2026, 10, 26, 10);
  assert.deepEqual(arranged([chat(t), chat(t), chat(t)], 1),
    [['Today', false, false], ['', true, false], ['', false, true]]);
  assert.deepEqual(arranged([chat(t), chat(at(2026, 10, 25)), chat(t)]).map(([day]) => day), ['Today', 'Yesterday', 'Today']);
  assert.deepEqual(arrange([], -1), []);
});

test('mark: what stands behind it is new, but what is one\'s own', () => {
  const items = [1, 2, 3, 4].map((seq) => chat(nowMs, { seq }));
  const mark = new Mark();
  assert.equal(mark.firstNew(items), -1);
  mark.setAtEnd(items.slice(0, 2));
  assert.equal(mark.firstNew(items), 2);
  assert.equal(mark.firstNew(items.slice(0, 2)), -1);
  items[2].isOwn = true;
  assert.equal(mark.firstNew(items), 3);
  mark.clear();
  assert.equal(mark.firstNew(items), -1);
});

test('mark: an item that was dropped is told by its number, as long as the numbers are the same', () => {
  const items = [5, 6, 7, 9].map((seq) => chat(nowMs, { seq }));
  const mark = new Mark();
  mark.setAtEnd([chat(nowMs, { seq: 6 })]);
  assert.equal(mark.firstNew(items), 2);
  mark.setAtEnd([chat(nowMs, { seq: 6 }), chat(nowMs)]);
  assert.equal(mark.firstNew(items), 2);
  // There may be more that is new above what is held.
  assert.equal(mark.firstNew(items.slice(3)), -1);
  // And here there is not.
  assert.equal(mark.firstNew(items.slice(2)), 0);
  mark.beginLog();
  assert.equal(mark.firstNew(items), -1);
});

test('mark: without numbers, by the item; and by the first number that is new', () => {
  const items = [chat(nowMs), chat(nowMs), chat(nowMs)];
  const mark = new Mark();
  mark.setAtEnd([]);
  assert.equal(mark.firstNew(items), -1);
  mark.setAtEnd(items.slice(0, 1));
  assert.equal(mark.firstNew(items), 1);
  mark.beginLog();
  assert.equal(mark.firstNew(items), 1);
  const numbered = [5, 6, 7, 9].map((seq) => chat(nowMs, { seq }));
  for (const [seq, wanted] of [[5, 0], [6, 1], [8, 3], [9, 3], [10, -1], [4, -1]]) {
    mark.setFirstNew(seq);
    assert.equal(mark.firstNew(numbered), wanted, `from ${seq}`);
  }
});

test('contents: where the reader is counts when it is drawn, not when a message comes', () => {
  const contents = new Contents({ onCutTop: () => {}, onCutEnd: () => null });
  const view = { notice() {} };
  let next = 0;
  const come = () => {
    next += 1;
    contents.add(chat(nowMs, { seq: next, id: null, topic: 'messages', text: `${next}` }));
  };
  contents.view = view;
  come();
  // The reader has scrolled up, which is heard of before the next frame.
  contents.isAtEnd = false;
  contents.countArrived();
  assert.equal(contents.newCount, 1);
  come();
  contents.isAtEnd = true;
  contents.countArrived();
  assert.equal(contents.newCount, 1);
  // Without a table it is known at once, and when one goes.
  come();
  contents.isAtEnd = false;
  contents.view = null;
  assert.equal(contents.newCount, 2);
  come();
  assert.equal(contents.newCount, 3);
});

const table = JSON.parse(await readFile(new URL('../../data/mentions.json', import.meta.url), 'utf8'));
for (const { name, text, expect } of table) {
  test(`mention: ${JSON.stringify(text)} ${expect ? 'mentions' : 'does not mention'} ${JSON.stringify(name)}`, () => {
    assert.equal(mentions(text, name), expect);
  });
}

test('mention: a long text without an end of words', () => {
  assert.equal(mentions('ada'.repeat(500_000), 'ada'), false);
  assert.equal(mentions(`${'ada'.repeat(500_000)} ada`, 'ada'), true);
});

test('names: those that two have are told apart, and nobody else', () => {
  const [one, two] = ['3f2a'.padEnd(16, '0'), '3f2b'.padEnd(16, '0')];
  const all = [
    { name: 'Ada', from: one }, { name: 'Ada', from: two }, { name: 'Grace', from: one }, { name: 'Grace', from: one },
    { name: 'Linus', from: one }, { name: 'Linus', from: null }, { name: '', from: one }, { name: '', from: two },
  ];
  assert.deepEqual([...sharedNames(all)], ['Ada']);
  assert.equal(suffixOf(one), '·3f2a');
  assert.equal(suffixOf(null), '');
});

await run();
