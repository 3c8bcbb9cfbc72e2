// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How the page joins history and live messages: its pure parts, without a browser.

import assert from 'node:assert/strict';

import { NoArchive, readAnswer } from '../../../data/web/archive.js';
import { fillPages, History, pageMessages } from '../../../data/web/history.js';
import { readStamp } from '../../../data/web/stamp.js';
import { Timeline } from '../../../data/web/timeline.js';
import { run, test } from '../support/check.js';

const item = (seq, { id = null, text = `text ${seq}`, isRetained = false } = {}) =>
  ({ id, seq, text, topic: 'messages', isRetained });
const past = (...seqs) => seqs.map((seq) => item(seq));
const range = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const words = (timeline) => timeline.items.map(({ seq, text }) => seq ?? text);

test('stamp: the last of each counts, and what is no number is none', () => {
  const good = { 'hub-log': 'a', 'hub-seq': '7', 'hub-time': '1700000000123' };
  assert.deepEqual(readStamp(good), { log: 'a', seq: 7, timeMs: 1_700_000_000_123 });
  assert.deepEqual(readStamp({ ...good, 'hub-seq': ['1', '2', '7'], 'hub-log': ['forged', 'a'] }), readStamp(good));
  assert.equal(readStamp({ ...good, 'hub-seq': '9007199254740991' }).seq, Number.MAX_SAFE_INTEGER);
  for (const wrong of [undefined, {}, { ...good, 'hub-log': '' }, { ...good, 'hub-seq': '0' }, { ...good, 'hub-seq': '-1' },
    { ...good, 'hub-seq': '9007199254740992' }, { ...good, 'hub-seq': '1.5' }, { ...good, 'hub-time': 'now' },
    { ...good, 'hub-seq': ['7', 'x'] }, { 'hub-log': 'a', 'hub-seq': '7' }])
    assert.equal(readStamp(wrong), null);
});

test('answer: what has another form is none, and a message that has it is passed over', () => {
  const message = { seq: 3, time: 5, topic: 'messages', payload: 'é', client: 'c' };
  assert.deepEqual(readAnswer(JSON.stringify({
    log: 'a', more: true,
    messages: [message, { ...message, seq: 1, payload: undefined, payload_base64: '/wA=' }],
  })), {
    log: 'a', more: true, before: 1,
    messages: [
      { seq: 1, timeMs: 5, topic: 'messages', bytes: new Uint8Array([0xff, 0]) },
      { seq: 3, timeMs: 5, topic: 'messages', bytes: new Uint8Array([0xc3, 0xa9]) },
    ],
  });
  for (const wrong of [{ seq: 0 }, { seq: '3' }, { time: 'now' }, { time: '5' }, { time: 9e15 }, { time: -9e15 }, { topic: 1 }, { payload: 7 }, { payload: undefined, payload_base64: '?' }])
    assert.deepEqual(readAnswer(JSON.stringify({ log: 'a', more: true, messages: [{ ...message, ...wrong }, null, 5] })),
      { log: 'a', more: false, before: null, messages: [] });
  for (const wrong of ['', '<html>', 'null', '[]', '{}', '{"log":"","messages":[]}', '{"log":"a","messages":{}}', '{"error":"x"}'])
    assert.throws(() => readAnswer(wrong), NoArchive);
});

test('timeline: by number, whatever the order of arrival', () => {
  const timeline = new Timeline();
  for (const seq of [5, 9, 7, 1])
    assert.equal(timeline.add(item(seq)), 'added');
  assert.equal(timeline.addPast(past(2, 5, 6, 7)), 2);
  assert.deepEqual(words(timeline), [1, 2, 5, 6, 7, 9]);
  assert.equal(timeline.add(item(9)), 'known');
  assert.deepEqual([timeline.firstSeq, timeline.lastSeq], [1, 9]);
});

test('timeline: what has no number stands where it arrived', () => {
  const timeline = new Timeline();
  timeline.add(item(null, { text: 'before all' }));
  timeline.addPast(past(1, 2));
  timeline.add(item(null, { text: 'between' }));
  timeline.add(item(6));
  timeline.add(item(null, { text: 'end' }));
  timeline.addPast(past(3, 4, 5));
  assert.deepEqual(words(timeline), [1, 2, 'before all', 'between', 3, 4, 5, 6, 'end']);

  const other = new Timeline();
  other.add(item(null, { text: 'first' }));
  other.add(item(10));
  other.addPast(past(8, 9, 10));
  assert.deepEqual(words(other), [8, 9, 'first', 10]);
});

test('timeline: the same topic and id is held once, and learns its number', () => {
  const timeline = new Timeline();
  timeline.add(item(null, { id: 'x', text: 'mine' }));
  timeline.add(item(9));
  assert.equal(timeline.add(item(12, { id: 'x' })), 'placed');
  assert.deepEqual(timeline.items.map(({ seq, text }) => [seq, text]), [[9, 'text 9'], [12, 'mine']]);
  assert.equal(timeline.add(item(13, { id: 'x' })), 'known');
  assert.equal(timeline.add({ ...item(14, { id: 'x' }), topic: 'messages/other' }), 'added');
  assert.equal(timeline.addPast([item(10, { id: 'x' }), item(11)]), 1);
  assert.equal(timeline.holds('messages', 'x'), true);
});

test('timeline: a retained message without a number is the one of the history', () => {
  const timeline = new Timeline();
  timeline.add(item(null, { text: 'Welcome', isRetained: true }));
  timeline.add(item(null, { text: 'not retained' }));
  timeline.addPast([item(1, { text: 'Welcome' }), item(2, { text: 'not retained' })]);
  assert.deepEqual(timeline.items.map(({ seq, text }) => [seq, text]),
    [[1, 'Welcome'], [2, 'not retained'], [null, 'not retained']]);
});

test('timeline: another log stands behind the former', () => {
  const timeline = new Timeline();
  timeline.addPast(past(100, 101));
  timeline.beginLog();
  timeline.add(item(2));
  timeline.addPast(past(1, 2));
  assert.deepEqual(words(timeline), [100, 101, 1, 2]);
  assert.deepEqual([timeline.firstSeq, timeline.lastSeq], [1, 2]);
  timeline.dropBefore(2);
  assert.deepEqual(words(timeline), [2]);
  timeline.dropBefore(9);
  assert.deepEqual(words(timeline), []);
  assert.equal(timeline.chars, 0);
});

test('timeline: exactly the bound stays, one more goes, at the end that is asked for', () => {
  const timeline = new Timeline();
  timeline.addPast(past(...range(1, 500)));
  assert.equal(timeline.trim(500, Infinity, false), false);
  timeline.add(item(501));
  assert.equal(timeline.trim(500, Infinity, false), true);
  assert.deepEqual([timeline.firstSeq, timeline.lastSeq, timeline.items.length], [2, 501, 500]);
  timeline.addPast(past(1));
  assert.equal(timeline.trim(500, Infinity, true), true);
  assert.deepEqual([timeline.firstSeq, timeline.lastSeq, timeline.items.length], [1, 500, 500]);

  const wide = new Timeline();
  wide.addPast([item(1, { text: 'x'.repeat(10) }), item(2, { text: 'x'.repeat(10) })]);
  assert.equal(wide.trim(500, 20, false), false);
  assert.equal(wide.trim(500, 19, false), true);
  assert.equal(wide.trim(500, 1, false), false);
  assert.deepEqual([wide.items.length, wide.chars], [1, 10]);
  wide.beginLog();
  wide.add(item(null, { text: 'y' }));
  assert.equal(wide.trim(1, 100, false), false, 'a row of the former log is none that this one has');
});

const answer = (log, seqs, more) => ({ log, more, messages: seqs.map((seq) => ({ seq })) });

test('history: the newest first, older ones on demand, until there are no more', () => {
  const history = new History();
  assert.equal(history.older(), null);
  const newest = history.begin();
  assert.deepEqual(newest, { kind: 'newest', limit: pageMessages });
  assert.equal(history.older(), null, 'one question at a time');
  assert.deepEqual(history.take(newest, answer('a', range(101, 200), true)),
    { isTaken: true, isNewLog: false, dropsBefore: 101, dropsAll: false, question: null });
  assert.equal(history.newer(), null);
  const older = history.older();
  assert.deepEqual(older, { kind: 'older', limit: pageMessages, before: 101 });
  assert.equal(history.older(), null);
  assert.equal(history.take(older, answer('a', range(1, 100), false)).dropsBefore, null);
  assert.equal(history.older(), null);
  assert.equal(history.first, 1);
});

test('history: a host that answers with what is held already has no more', () => {
  const history = new History();
  history.take(history.begin(), answer('a', range(101, 200), true));
  history.take(history.older(), answer('a', range(101, 200), true));
  assert.deepEqual([history.first, history.hasOlder], [101, false]);
  history.cutEnd(150);
  history.take(history.newer(), answer('a', range(51, 150), true));
  assert.deepEqual([history.last, history.hasNewer], [150, false]);
});

test('history: an answer to what is not asked any more is left aside', () => {
  const history = new History();
  const stale = history.begin();
  history.end();
  const open = history.begin();
  assert.equal(history.take(stale, answer('a', [1], false)).isTaken, false);
  assert.equal(history.take(open, answer('a', [1], false)).isTaken, true);
  assert.equal(history.take(open, answer('a', [2], false)).isTaken, false);
});

test('history: a break is filled from where it was, in pages', () => {
  const history = new History();
  history.take(history.begin(), answer('a', [1, 2], false));
  history.hear('a', 3);
  history.end();
  const fill = history.begin();
  assert.deepEqual(fill, { kind: 'fill', limit: pageMessages, after: 3 });
  // What comes live meanwhile does not hide the gap, should this break, too.
  assert.deepEqual(history.hear('a', 250), { isNewLog: false, isShown: true, question: null });
  history.end();
  const again = history.begin();
  assert.equal(again.after, 3);
  history.hear('a', 251);
  const next = history.take(again, answer('a', range(4, 103), true)).question;
  assert.deepEqual(next, { kind: 'fill', limit: pageMessages, after: 103 });
  assert.equal(history.take(next, answer('a', range(104, 203), false)).question, null);
  history.end();
  assert.equal(history.begin().after, 251);
});

test('history: too much is missing: a new piece begins at the end', () => {
  const history = new History();
  history.take(history.begin(), answer('a', [1, 2], false));
  history.end();
  let question = history.begin();
  for (let i = 0; i < fillPages; i += 1) {
    assert.equal(question.kind, 'fill');
    const from = 3 + i * pageMessages;
    question = history.take(question, answer('a', range(from, from + pageMessages - 1), true)).question;
  }
  assert.equal(question.kind, 'newest');
  const { dropsBefore } = history.take(question, answer('a', range(2_001, 2_100), true));
  assert.equal(dropsBefore, 2_001);
  assert.deepEqual([history.first, history.last, history.hasOlder], [2_001, 2_100, true]);

  // One page less would have been enough.
  const other = new History();
  other.take(other.begin(), answer('a', [1], false));
  other.end();
  let fill = other.begin();
  for (let i = 0; i < fillPages; i += 1)
    fill = other.take(fill, answer('a', [2 + i], i < fillPages - 1)).question;
  assert.equal(fill, null);
});

test('history: another log is begun anew, live or in an answer', () => {
  const history = new History();
  history.take(history.begin(), answer('a', range(901, 1_000), true));
  history.end();
  const fill = history.begin();
  const { isTaken, isNewLog, question } = history.take(fill, answer('b', [], false));
  assert.deepEqual([isTaken, isNewLog, question.kind], [false, true, 'newest']);
  // All that the new log has is there: what is above may stay.
  assert.equal(history.take(question, answer('b', [1, 2], false)).dropsBefore, null);
  assert.deepEqual([history.first, history.last, history.hasOlder], [1, 2, false]);

  const heard = history.hear('c', 500);
  assert.deepEqual([heard.isNewLog, heard.isShown, heard.question.kind], [true, true, 'newest']);
  assert.equal(history.take(heard.question, answer('c', range(401, 500), true)).dropsBefore, 401);
});

test('history: no answer: it is asked again with the next connection, and nothing is promised', () => {
  const history = new History();
  const question = history.begin();
  history.fail(question);
  history.hear('a', 7);
  history.cutTop(7);
  assert.equal(history.hasOlder, false);
  assert.equal(history.older(), null);
  history.end();
  assert.equal(history.begin().kind, 'newest');
});

test('history: what was cut at the end is brought back, live messages are counted until then', () => {
  const history = new History();
  history.take(history.begin(), answer('a', range(401, 500), true));
  history.take(history.older(), answer('a', range(301, 400), true));
  history.cutEnd(450);
  assert.equal(history.hear('a', 501).isShown, false);
  const newer = history.newer();
  assert.deepEqual(newer, { kind: 'newer', limit: pageMessages, after: 450 });
  // 502 came while the host answered.
  assert.equal(history.hear('a', 502).isShown, false);
  history.take(newer, answer('a', range(451, 501), false));
  assert.equal(history.hasNewer, true);
  history.take(history.newer(), answer('a', [502], false));
  assert.equal(history.hasNewer, false);
  assert.equal(history.hear('a', 503).isShown, true);
  assert.equal(history.last, 503);

  history.cutEnd(450);
  assert.equal(history.begin(), null, 'a break leaves the end to whoever scrolls down');
  const newest = history.newest();
  assert.equal(newest.kind, 'newest');
  assert.equal(history.hear('a', 600).isShown, true);
  assert.equal(history.take(newest, answer('a', range(500, 599), true)).dropsBefore, 500);
  assert.equal(history.last, 600);
});

// A whole life, by chance: whatever happens, what is shown is one piece of the
// log, in order, without a double, up to the end unless the end was cut.
function live(random) {
  const host = { log: 'log 0', seqs: [], next: 1 };
  const timeline = new Timeline();
  const history = new History();
  const limit = 150;
  const below = (n) => Math.floor(random() * n);
  let isConnected = false;
  let open = null;
  let waiting = [];

  const ask = (question) => { open = question ?? open; };
  const trim = (isFromEnd) => {
    if (!timeline.trim(limit, Infinity, isFromEnd))
      return;
    if (isFromEnd)
      timeline.dropAfter(history.cutEnd(timeline.lastSeq) ?? Infinity);
    else
      history.cutTop(timeline.firstSeq);
  };
  const hear = (log, seq) => {
    const { isNewLog, isShown, question } = history.hear(log, seq);
    if (isNewLog)
      timeline.beginLog();
    ask(question);
    if (isShown)
      timeline.add({ ...item(seq), text: `${log} ${seq}` });
    trim(false);
  };
  const reply = ({ limit: most, before = Infinity, after = 0 }) => {
    const all = host.seqs.filter((seq) => seq > after && seq < before);
    const some = after > 0 ? all.slice(0, most) : all.slice(-most);
    return { log: host.log, more: some.length < all.length, messages: some.map((seq) => ({ seq })) };
  };
  const take = () => {
    const question = open;
    open = null;
    if (question === null)
      return;
    const answered = reply(question);
    // Some is published between the answer's making and its arrival.
    if (below(3) === 0)
      publish();
    const result = history.take(question, answered);
    if (result.isNewLog)
      timeline.beginLog();
    if (result.dropsBefore !== null)
      timeline.dropBefore(result.dropsBefore);
    if (result.isTaken)
      timeline.addPast(answered.messages.map(({ seq }) => ({ ...item(seq), text: `${host.log} ${seq}` })));
    trim(question.kind === 'older');
    ask(result.question);
  };
  const publish = () => {
    host.next += below(20) === 0 ? 1_000 : 1;
    host.seqs.push(host.next);
    if (isConnected)
      waiting.push(host.next);
  };
  const deliver = () => {
    const repeated = below(10) === 0;
    for (const seq of waiting) {
      hear(host.log, seq);
      if (repeated)
        hear(host.log, seq);
    }
    waiting = [];
  };
  const leave = () => {
    isConnected = false;
    waiting = [];
    open = null;
    history.end();
  };
  const settle = () => {
    if (!isConnected) {
      isConnected = true;
      ask(history.begin());
    }
    deliver();
    while (open !== null) {
      take();
      deliver();
    }
  };
  const check = () => {
    const shown = timeline.items.filter(({ text }) => text.startsWith(`${host.log} `)).map(({ seq }) => seq);
    const from = host.seqs.indexOf(shown[0]);
    const expected = host.seqs.slice(from, from + shown.length);
    assert.deepEqual(shown, host.seqs.length === 0 ? [] : expected);
    if (!history.hasNewer)
      assert.equal(shown.at(-1), host.seqs.at(-1));
    if (!history.hasOlder && shown.length > 0)
      assert.equal(from, 0);
    assert.ok(timeline.items.length <= limit);
  };

  for (let step = 0; step < 300; step += 1) {
    const chance = below(100);
    if (chance < 30)
      for (let i = below(chance < 2 ? 900 : 30); i >= 0; i -= 1)
        publish();
    else if (chance < 45)
      deliver();
    else if (chance < 60)
      take();
    else if (chance < 66)
      leave();
    else if (chance < 72 && !isConnected) {
      isConnected = true;
      ask(history.begin());
    } else if (chance < 80 && isConnected)
      ask(history.older());
    else if (chance < 86 && isConnected)
      ask(history.newer());
    else if (chance < 88 && isConnected)
      ask(history.newest());
    else if (chance === 88) {
      leave();
      Object.assign(host, { log: `log ${step}`, seqs: [], next: 1 });
    } else if (chance > 90) {
      settle();
      check();
    }
  }
  settle();
  check();
}

test('history and timeline: two hundred lives', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    try {
      live(random);
    } catch (error) {
      error.message = `life ${seed}: ${error.message}`;
      throw error;
    }
  }
});

await run();
