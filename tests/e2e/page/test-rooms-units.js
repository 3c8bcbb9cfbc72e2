// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Rooms, as far as they need no browser.

import assert from 'node:assert/strict';

import { NoArchive, TooLarge } from '../../../data/web/archive.js';
import { Away, readTopics } from '../../../data/web/away.js';
import { Contents, hiddenLimits, shownLimits } from '../../../data/web/contents.js';
import { Keep } from '../../../data/web/keep.js';
import {
  isReadOnly, labelOf, nameOf, nameProblem, readFragment, roomBytes, shownBytes, titleOf, topicOf, writeFragment,
} from '../../../data/web/room-names.js';
import { Room, unreadLimit } from '../../../data/web/room.js';
import { othersLimit, roomLimit, Rooms } from '../../../data/web/rooms.js';
import { titleWords } from '../../../data/web/title.js';
import { run, test } from '../support/check.js';

const own = '0123456789abcdef';
const encode = (value) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const range = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const item = (seq, { id = null, text = `text ${seq}`, isOwn = false, topic = 'messages/a' } = {}) =>
  ({ id, seq, text, topic, isOwn, isRetained: false, state: '' });

test('away: long messages in one room keep nobody from counting those of the next', async () => {
  const limits = [];
  const rooms = new Map([
    ['messages/a', { countMissed: async (last, limit) => {
      limits.push(limit);
      if (limit > 100)
        throw new TooLarge();
    } }],
    ['messages/b', { countMissed: async (last, limit) => { limits.push(`b ${limit}`); } }],
  ]);
  const { fetch } = globalThis;
  const topics = ['messages/a', 'messages/b', 'messages/c'].map((topic) => ({ topic, last_seq: 5, count: 5 }));
  globalThis.fetch = async () => new Response(JSON.stringify(topics));
  const away = new Away({ url: '', headers: () => ({}), rooms: { know: () => {}, get: (topic) => rooms.get(topic) ?? null } });
  await away.begin();
  globalThis.fetch = fetch;
  assert.deepEqual(limits, [1_000, 100, 'b 1000']);
});

test('contents: an own message is sent once the history has it, delivered before or not', () => {
  for (const isDelivered of [false, true]) {
    for (const state of ['waiting', 'failed']) {
      const contents = new Contents({ onCutTop: () => {}, onCutEnd: () => null });
      contents.addPending({ ...item(null, { id: 'x', isOwn: true }), state });
      if (isDelivered)
        contents.add({ ...item(3, { id: 'x', isOwn: true }), state: 'sent' });
      // Until then it waits for its acknowledgement.
      assert.deepEqual(contents.items.map((one) => one.state), [state]);
      contents.addPast([{ ...item(2, { id: 'x', isOwn: true }), state: 'sent' }], false);
      assert.deepEqual(contents.items.map(({ id, state }) => [id, state]), [['x', 'sent']], `${isDelivered} ${state}`);
    }
  }
});

test('names: what can be a room, and why not', () => {
  for (const name of ['a', 'Ada\'s room', ' a ', 'Küche 🍳', 'غرفة', 'x'.repeat(roomBytes), '$SYS', 'Everyone'])
    assert.equal(nameProblem(name), '', name);
  for (const [name, problem] of [
    ['', /needs a name/], ['  \t', /needs a name/], ['\u200b\u200e', /needs a name/],
    ['x'.repeat(roomBytes + 1), /too long/], ['é'.repeat(roomBytes / 2 + 1), /too long/],
    ['a/b', /cannot have/], ['a+', /cannot have/], ['#', /cannot have/], ['a\nb', /one line/], ['a\0', /one line/], ['a\x7f', /one line/],
  ])
    assert.match(nameProblem(name), problem, name);
});

test('names: topics that are rooms, those that are only shown, and those that are none', () => {
  assert.deepEqual([nameOf('messages'), titleOf('messages'), labelOf('messages'), isReadOnly('messages')],
    ['', 'Messages', 'Everyone', false]);
  assert.deepEqual([nameOf('messages/a'), titleOf('messages/a'), labelOf('messages/a'), isReadOnly('messages/a')],
    ['a', 'a', 'a', false]);
  for (const name of ['a/b', '/', 'a/', '+x', 'x'.repeat(roomBytes + 1), 'x'.repeat(shownBytes)])
    assert.deepEqual([nameOf(`messages/${name}`), isReadOnly(`messages/${name}`)], [name, true], name);
  for (const topic of ['messages/', 'messages/ ', 'messages/a\nb', 'message', 'messagesx', 'messages2/a', 'hubbub/presence/x',
    `messages/${'x'.repeat(shownBytes + 1)}`])
    assert.equal(nameOf(topic), null, topic);
});

test('fragment: names the room, both ways, and leaves the rest alone', () => {
  for (const name of ['a', 'Ada & Bob = 2', 'a/b', 'Küche 🍳', '100%', ' a b ', '?']) {
    const hash = writeFragment('', topicOf(name));
    assert.deepEqual(readFragment(hash), { topic: topicOf(name), problem: '' }, hash);
  }
  assert.equal(writeFragment('#room=a&x=1', 'messages'), '#x=1');
  assert.equal(writeFragment('#room=a', 'messages'), '');
  assert.equal(writeFragment('#x=1', 'messages/b c'), '#x=1&room=b+c');
  assert.deepEqual(readFragment('#room='), { topic: 'messages', problem: '' });
  for (const none of ['', '#', '#log', '#x=room'])
    assert.deepEqual(readFragment(none), { topic: null, problem: '' });
  for (const [wrong, problem] of [['#room=+', /needs a name/], [`#room=${'x'.repeat(shownBytes + 1)}`, /too long/], ['#room=a%0Ab', /one line/]]) {
    const { topic, problem: said } = readFragment(wrong);
    assert.equal(topic, null);
    assert.match(said, problem);
  }
});

function makeContents() {
  const cuts = [];
  const contents = new Contents({
    onCutTop: (seq) => cuts.push(['top', seq]),
    onCutEnd: (seq) => { cuts.push(['end', seq]); return null; },
  });
  return { contents, cuts };
}
const view = { notice() {}, noticePending() {}, noticeItem() {} };

test('contents: a room that is not shown keeps less, exactly so many', () => {
  const { contents, cuts } = makeContents();
  contents.view = view;
  for (const seq of range(1, shownLimits.rows))
    contents.add(item(seq));
  assert.equal(contents.items.length, shownLimits.rows);
  assert.deepEqual(cuts, []);
  contents.add(item(shownLimits.rows + 1));
  assert.equal(contents.items.length, shownLimits.rows);
  contents.view = null;
  assert.equal(contents.items.length, hiddenLimits.rows);
  assert.deepEqual(cuts.at(-1), ['top', shownLimits.rows + 2 - hiddenLimits.rows]);
  contents.add(item(shownLimits.rows + 2));
  assert.equal(contents.items.length, hiddenLimits.rows);
  assert.equal(contents.lastSeq, shownLimits.rows + 2);

  const fresh = makeContents();
  for (const seq of range(1, hiddenLimits.rows))
    fresh.contents.add(item(seq));
  assert.deepEqual([fresh.contents.items.length, fresh.cuts], [hiddenLimits.rows, []]);
  fresh.contents.add(item(hiddenLimits.rows + 1));
  assert.deepEqual([fresh.contents.items.length, fresh.cuts], [hiddenLimits.rows, [['top', 2]]]);
});

test('contents: huge messages of a room that is not shown make room, too', () => {
  const { contents } = makeContents();
  contents.add(item(1, { text: 'x' }));
  contents.add(item(2, { text: 'x'.repeat(hiddenLimits.chars - 1) }));
  assert.equal(contents.items.length, 2);
  contents.add(item(3, { text: 'x' }));
  assert.deepEqual(contents.items.map(({ seq }) => seq), [2, 3]);
});

test('contents: what comes while the reader is scrolled up is counted, own ones are not', () => {
  const { contents } = makeContents();
  contents.add(item(1));
  assert.equal(contents.newCount, 0);
  contents.isAtEnd = false;
  contents.addPending(item(null, { id: 'x', isOwn: true }));
  contents.add(item(2, { id: 'x', isOwn: true }));
  contents.add(item(3));
  contents.add(item(3));
  assert.equal(contents.newCount, 1);
});

// Answers by hand.
function makeArchive() {
  const archive = { asked: [] };
  archive.ask = (question, signal) => new Promise((resolve, reject) => {
    archive.asked.push(question);
    signal.addEventListener('abort', () => reject(new Error('given up')));
    archive.answer = async (log, seqs, more = false, fields = {}) => {
      resolve({
        log, more,
        messages: seqs.map((seq) => ({ seq, timeMs: 1, topic: 'messages/a', bytes: encode({ message: `text ${seq}`, ...fields }) })),
      });
      await new Promise((done) => { setImmediate(done); });
    };
    archive.fail = async () => {
      reject(new Error('HTTP 503'));
      await new Promise((done) => { setImmediate(done); });
    };
    archive.refuse = async () => {
      reject(new NoArchive());
      await new Promise((done) => { setImmediate(done); });
    };
  });
  return archive;
}

function makeRoom({ mark = null, topic = 'messages/a' } = {}) {
  const archive = makeArchive();
  const changes = [];
  const lost = [];
  const room = new Room({
    topic, mark, archive, from: own, onOwn: () => {}, isMention: ({ text }) => text.includes('@me'), onChange: (one) => changes.push([one.unread, one.mark?.seq ?? null]),
    onLost: (isGone) => lost.push(isGone ? 'gone' : 'unanswered'),
  });
  return { room, archive, changes, lost };
}
const texts = (room) => room.contents.items.map(({ text }) => text);
const words = (from, to) => range(from, to).map((seq) => `text ${seq}`);
const hear = (room, seq, fields = {}) => room.receive(item(seq, fields), { log: 'a', seq, timeMs: 1 }, false);

test('room: its history is asked for when it is shown, once, and joined with what came live', async () => {
  const { room, archive } = makeRoom();
  room.begin();
  assert.equal(hear(room, 250), true);
  assert.equal(hear(room, 251), true);
  assert.deepEqual(archive.asked, []);
  room.setShown(true);
  assert.deepEqual(archive.asked.map(({ kind }) => kind), ['newest']);
  await archive.answer('a', range(152, 251), true);
  assert.deepEqual(texts(room), words(152, 251));
  room.setShown(false);
  hear(room, 252);
  room.setShown(true);
  assert.equal(archive.asked.length, 1, 'there is no gap');
  assert.deepEqual(texts(room), words(152, 252));

  // A break while it is not shown: the gap is filled when it is.
  room.setShown(false);
  room.end();
  room.begin();
  hear(room, 300);
  room.setShown(true);
  assert.deepEqual([archive.asked.at(-1).kind, archive.asked.at(-1).after], ['fill', 252]);
  await archive.answer('a', range(253, 300));
  assert.deepEqual(texts(room), words(152, 300));
});

test('room: what somebody wants to see and cannot be shown is gone, or nobody answers', async () => {
  const { room, archive, lost } = makeRoom();
  room.begin();
  room.setShown(true);
  await archive.answer('a', range(101, 200), true);

  room.jump(item(50));
  assert.equal(archive.asked.at(-1).before, 51);
  await archive.answer('a', []);
  assert.deepEqual(lost.splice(0), ['gone']);
  assert.deepEqual(texts(room), words(101, 200));

  // Another log has another one of that number.
  room.jump(item(50));
  room.receive(item(1), { log: 'b', seq: 1, timeMs: 1 }, false);
  await archive.answer('b', [1]);
  assert.deepEqual(lost.splice(0), ['gone']);

  // Who wants to see the end wants to see that no more.
  room.jump(item(1));
  assert.deepEqual(lost, []);
  room.jump(item(40));
  await archive.answer('b', [40], false);
  await archive.answer('b', [41], true);
  room.jump(item(30));
  room.newest();
  await archive.answer('b', range(90, 99), true);
  assert.deepEqual(lost, []);
  assert.deepEqual(texts(room), words(90, 99));

  room.jump(item(30));
  await archive.refuse();
  assert.deepEqual(lost, ['unanswered']);
});

test('room: unread ones of others, live and missed, each once, until they are seen', async () => {
  const { room, archive, changes } = makeRoom({ mark: { log: 'a', seq: 10 } });
  room.begin();
  hear(room, 13);
  room.receive(item(null), null, false);
  hear(room, 14, { isOwn: true });
  assert.equal(room.unread, 2);
  room.setShown(true);
  await archive.answer('a', range(8, 13));
  assert.equal(room.unread, 4, '11, 12, 13, and the one without a number');
  room.markRead();
  assert.equal(room.unread, 0);
  assert.deepEqual(room.mark, { log: 'a', seq: 14 });
  assert.deepEqual(changes.at(-1), [0, 14]);
  const count = changes.length;
  room.markRead();
  assert.equal(changes.length, count, 'nothing has changed');
});

test('room: a message that the host has twice counts once, and not when it was read', async () => {
  const { room, archive } = makeRoom({ mark: { log: 'a', seq: 10 } });
  room.begin();
  room.setShown(true);
  await archive.answer('a', [11, 12], false, { id: '01234567-89ab-cdef-0123-456789abcdef' });
  assert.equal(room.unread, 1);
  assert.equal(room.contents.items.length, 1);
  room.markRead();
  room.end();
  room.begin();
  await archive.answer('a', [13], false, { id: '01234567-89ab-cdef-0123-456789abcdef' });
  assert.equal(room.unread, 0);
});

test('room: who waits at the edge does not ask again and again where nobody answers', async (t) => {
  const { room, archive } = makeRoom();
  room.begin();
  room.setShown(true);
  await archive.answer('a', range(101, 200), true);
  const timers = [];
  const set = globalThis.setTimeout;
  globalThis.setTimeout = (callback) => timers.push(callback);
  t.after(() => { globalThis.setTimeout = set; });

  // The table asks whenever something has changed.
  let asked = 0;
  room.contents.view = { notice: () => { asked += room.older() ? 1 : 0; } };
  room.contents.settle();
  assert.equal(asked, 1);
  await archive.fail();
  assert.equal(asked, 1);
  assert.equal(timers.length, 1);
  timers.pop()();
  assert.equal(asked, 2);
  assert.equal(archive.asked.at(-1).before, 101);
  // What one asks for oneself is asked at once.
  await archive.fail();
  assert.equal(room.older(), false);
  room.jump(item(30));
  assert.equal(archive.asked.at(-1).kind, 'jump');
});

test('contents: full is what would drop something for what is asked for', () => {
  const contents = new Contents({ onCutTop: () => {}, onCutEnd: (last) => last });
  contents.view = { notice() {} };
  contents.addPast(range(1, shownLimits.rows).map((seq) => item(seq)), false);
  assert.equal(contents.isFull, false);
  contents.add(item(shownLimits.rows + 1));
  assert.equal(contents.isFull, true);
  contents.clear();
  assert.equal(contents.isFull, false);
  contents.addPast(range(1, 16).map((seq) => item(seq, { text: 'x'.repeat(1_100_000) })), true);
  assert.equal(contents.isFull, true);
});

test('room: whoever is at the end stays there when older ones are too much', async () => {
  const { room, archive } = makeRoom();
  room.begin();
  room.setShown(true);
  room.contents.view = { notice() {} };
  await archive.answer('a', range(101, 110), true, { message: 'x'.repeat(1_600_000 - 1_000) });
  assert.equal(room.older(), true);
  await archive.answer('a', range(91, 100), true, { message: 'x'.repeat(1_600_000 - 1_000) });
  assert.deepEqual([room.contents.isAtEnd, room.contents.isDetached, room.contents.lastSeq], [true, false, 110]);
  assert.equal(room.contents.isFull, true);
});

test('room: what was missed in a room that is not shown is counted, and not held', async () => {
  const { room, archive } = makeRoom({ mark: { log: 'a', seq: 10 } });
  const { signal } = new AbortController();
  await room.countMissed(10, 1_000, signal);
  assert.equal(archive.asked.length, 0, 'there is nothing new');
  room.begin();
  hear(room, 13);
  const counted = room.countMissed(13, 1_000, signal);
  assert.deepEqual(archive.asked, [{ limit: 1_000, after: 10 }]);
  await archive.answer('a', [11, 12, 13]);
  await counted;
  assert.equal(room.unread, 3);
  assert.deepEqual(texts(room), ['text 13']);

  const other = makeRoom({ mark: { log: 'former', seq: 10 } });
  const wasted = other.room.countMissed(13, 1_000, signal);
  await other.archive.answer('a', [11, 12, 13]);
  await wasted;
  assert.equal(other.room.unread, 0);
});

test('room: an empty one is read, too, so that what comes first is missed', async () => {
  const { room, archive } = makeRoom();
  room.begin();
  room.setShown(true);
  room.markRead();
  assert.equal(room.mark, null, 'nobody knows yet');
  await archive.answer('a', []);
  room.markRead();
  assert.deepEqual(room.mark, { log: 'a', seq: 0 });
});

test('topics: what has another form is none, and one that has it is passed over', () => {
  assert.deepEqual(readTopics(JSON.stringify([{ topic: 'messages/a', last_seq: 3, count: 1 }, null, 5, { topic: 1, last_seq: 3 },
    { topic: 'x', last_seq: 0 }, { topic: 'y' }])), [{ topic: 'messages/a', lastSeq: 3 }]);
  for (const wrong of ['', '<html>', 'null', '{}', '5'])
    assert.throws(() => readTopics(wrong), NoArchive);
});

test('room: an unread mention is known, until it is read', async () => {
  const { room, archive } = makeRoom({ mark: { log: 'a', seq: 10 } });
  room.begin();
  hear(room, 11);
  assert.equal(room.hasMention, false);
  hear(room, 12, { text: 'look @me', isOwn: true });
  assert.equal(room.hasMention, false);
  hear(room, 13, { text: 'look @me' });
  assert.equal(room.hasMention, true);
  room.setShown(true);
  await archive.answer('a', [11, 12, 13]);
  room.markRead();
  assert.equal(room.hasMention, false);
});

test('room: what was read in another tab is read here, and nothing is read less', async () => {
  const { room, archive, changes } = makeRoom({ mark: { log: 'a', seq: 10 } });
  room.begin();
  for (const seq of [11, 12, 13])
    hear(room, seq, { text: seq === 11 ? '@me' : 'x' });
  room.receive(item(null), null, false);
  room.takeMark({ log: 'a', seq: 12 });
  assert.deepEqual([room.unread, room.hasMention, room.mark.seq], [2, true, 12]);
  const count = changes.length;
  for (const mark of [null, { log: 'a', seq: 12 }, { log: 'a', seq: 3 }, { log: 'b', seq: 99 }])
    room.takeMark(mark);
  assert.deepEqual([changes.length, room.unread], [count, 2]);
  room.setShown(true);
  await archive.answer('a', [13]);
  room.markRead();
  assert.deepEqual([room.unread, room.mark.seq], [0, 13]);
});

test('rooms: a mark that is kept never goes back in its log', () => {
  const { rooms, keep } = makeRooms();
  const kept = () => JSON.parse(keep.get('read.messages'));
  rooms.keepMark({ topic: 'messages', mark: { log: 'a', seq: 7 } });
  rooms.keepMark({ topic: 'messages', mark: { log: 'a', seq: 6 } });
  rooms.keepMark({ topic: 'messages', mark: null });
  assert.deepEqual(kept(), { log: 'a', seq: 7 });
  rooms.keepMark({ topic: 'messages', mark: { log: 'a', seq: 8 } });
  assert.deepEqual(kept(), { log: 'a', seq: 8 });
  rooms.keepMark({ topic: 'messages', mark: { log: 'b', seq: 1 } });
  assert.deepEqual(kept(), { log: 'b', seq: 1 });
  rooms.followMarks();
  assert.deepEqual(rooms.everyone.mark, { log: 'b', seq: 1 });
});

test('room: of a log that nothing was read of, nothing counts as missed', async () => {
  for (const mark of [null, { log: 'former', seq: 3 }]) {
    const { room, archive } = makeRoom({ mark });
    room.begin();
    room.setShown(true);
    await archive.answer('a', range(1, 5));
    assert.equal(room.unread, 0);
    room.markRead();
    assert.deepEqual(room.mark, { log: 'a', seq: 5 });
  }
});

test('room: unread ones are counted up to a limit, and said so', () => {
  const { room } = makeRoom();
  for (const seq of range(1, unreadLimit))
    hear(room, seq);
  assert.equal(titleWords('Messages', room.unread), '(9999) Messages');
  hear(room, unreadLimit + 1);
  hear(room, unreadLimit + 2);
  assert.equal(titleWords('Messages', room.unread), '(9999+) Messages');
  assert.equal(titleWords('Messages', 0), 'Messages');
});

test('room: another log while it is not shown is begun anew when it is', async () => {
  const { room, archive } = makeRoom();
  room.begin();
  room.setShown(true);
  await archive.answer('a', range(901, 1_000), true);
  room.setShown(false);
  room.receive(item(3), { log: 'b', seq: 3, timeMs: 1 }, false);
  assert.equal(archive.asked.length, 1);
  room.setShown(true);
  assert.equal(archive.asked.at(-1).kind, 'newest');
  await archive.answer('b', range(1, 3));
  assert.deepEqual(texts(room).slice(-4), ['text 1000', ...words(1, 3)]);
});

function makeRooms(keep = new Keep(() => null), passing = new Keep(() => null)) {
  let changes = 0;
  const rooms = new Rooms({
    keep,
    passing,
    makeRoom: (topic, mark) => makeRoom({ topic, mark }).room,
    onChange: () => { changes += 1; },
  });
  return { rooms, keep, changes: () => changes };
}
const topics = (list) => list.map(({ topic }) => topic);

test('rooms: Everyone first, then by name, and remembered', () => {
  const { rooms, keep } = makeRooms();
  assert.equal(rooms.current.topic, 'messages');
  for (const name of ['b', 'ä', 'C', '10'])
    rooms.enter(topicOf(name));
  assert.deepEqual(rooms.entered.map(({ label }) => label), ['Everyone', '10', 'ä', 'b', 'C']);
  rooms.keepMark({ topic: 'messages/b', mark: { log: 'a', seq: 7 } });

  const again = makeRooms(keep).rooms;
  assert.deepEqual(topics(again.entered), topics(rooms.entered));
  assert.equal(again.current.topic, 'messages/10');
  assert.deepEqual(again.get('messages/b').mark, { log: 'a', seq: 7 });
  again.leave('messages/10');
  assert.equal(again.current.topic, 'messages');
  assert.deepEqual(again.others, ['messages/10']);
  again.leave('messages');
  again.leave('messages/b');
  const last = makeRooms(keep).rooms;
  assert.deepEqual(topics(last.entered), ['messages', 'messages/ä', 'messages/C']);
  assert.equal(last.current.topic, 'messages');
  last.enter('messages/b');
  assert.equal(last.current.mark, null, 'what was left is forgotten');
});

test('rooms: each tab goes on with its own, a new one with the last', () => {
  const keep = new Keep(() => null);
  const passing = new Keep(() => null);
  assert.equal(makeRooms(keep, passing).rooms.current.topic, 'messages');
  const other = makeRooms(keep);
  other.rooms.enter('messages/kitchen');
  assert.equal(makeRooms(keep, passing).rooms.current.topic, 'messages');
  assert.equal(makeRooms(keep).rooms.current.topic, 'messages/kitchen');
});

test('rooms: what another tab has entered is not forgotten', () => {
  const { rooms, keep } = makeRooms();
  const other = makeRooms(keep).rooms;
  other.enter('messages/other');
  rooms.enter('messages/mine');
  assert.deepEqual(topics(makeRooms(keep).rooms.entered), ['messages', 'messages/mine', 'messages/other']);
});

test('rooms: others are known once, and go when they are entered', () => {
  const { rooms, changes } = makeRooms();
  for (const topic of ['messages/b', 'messages/a/c', 'messages/b', 'messages', 'messages/', 'somewhere'])
    rooms.know(topic);
  assert.deepEqual(rooms.others, ['messages/a/c', 'messages/b']);
  assert.equal(changes(), 2);
  rooms.enter('messages/b');
  assert.deepEqual(rooms.others, ['messages/a/c']);
  for (const number of range(1, othersLimit))
    rooms.know(`messages/${number}`);
  assert.equal(rooms.others.length, othersLimit);
});

test('rooms: so many can be entered, and not one more', () => {
  const { rooms, keep } = makeRooms();
  for (const number of range(2, roomLimit))
    assert.notEqual(rooms.enter(`messages/${number}`), null);
  assert.equal(rooms.enter('messages/one more'), null);
  assert.equal(rooms.current.topic, `messages/${roomLimit}`);
  assert.notEqual(rooms.enter('messages/2'), null);
  keep.set('rooms', JSON.stringify([...range(2, roomLimit + 5).map(String).map(topicOf)]));
  assert.equal(makeRooms(keep).rooms.entered.length, roomLimit);
});

test('rooms: what was remembered and is damaged does no harm', () => {
  for (const text of ['{', 'null', '{}', '[1,null,"x","messages","messages/"]']) {
    const keep = new Keep(() => null);
    keep.set('rooms', text);
    keep.set('room', 'messages/gone');
    keep.set('read.messages', text);
    const { rooms } = makeRooms(keep);
    assert.deepEqual([topics(rooms.entered), rooms.current.topic, rooms.everyone.mark], [['messages'], 'messages', null]);
  }
});

await run();
