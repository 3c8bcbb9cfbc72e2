// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is here and who is writing, as far as it needs no browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { addToNote, makeNoteItem, noteLines, noteText } from '../../../data/web/note-item.js';
import { clientLimit, People, roomsLimit } from '../../../data/web/people.js';
import { goneLimit, graceMs, PeopleNotes, quietMs } from '../../../data/web/people-notes.js';
import { hereWords, noteWords, personDetails, personLabel, personName, typingWords } from '../../../data/web/people-words.js';
import { suffixOf } from '../../../data/web/names.js';
import { composePresence, composeTyping, parsePresence, presenceBytes } from '../../../data/web/presence.js';
import { Contents } from '../../../data/web/contents.js';
import { Typing } from '../../../data/web/typing.js';
import { typingMs, typistLimit, Typists } from '../../../data/web/typists.js';
import { run, test } from '../support/check.js';

const table = async (name) => JSON.parse(await readFile(new URL(`../../data/${name}`, import.meta.url), 'utf8'));
const presences = await table('presence.json');
const words = await table('people-words.json');
const encode = (text) => new TextEncoder().encode(text);
const range = (from, to) => Array.from({ length: to - from + 1 }, (unused, i) => from + i);
const fromOf = (number) => String(number).padStart(16, '0');
// Names are isolated, which nobody sees.
const plain = (text) => text.replace(/[\u2068\u2069]/g, '');

for (const { name, text, base64, expect } of presences) {
  test(`presence: ${name}`, () => {
    const bytes = base64 === undefined ? encode(text) : new Uint8Array(Buffer.from(base64, 'base64'));
    const { since_ms: sinceMs = null, ...rest } = expect ?? {};
    assert.deepEqual(parsePresence(bytes), expect === null ? null : { kind: null, ...rest, sinceMs });
  });
}

test('presence: exactly the limit is read, one byte more is not', () => {
  const head = '{"from":"0123456789abcdef","name":"';
  const exact = `${head}${'x'.repeat(presenceBytes - head.length - 2)}"}`;
  assert.notEqual(parsePresence(encode(exact)), null);
  assert.equal(parsePresence(encode(`${exact} `)), null);
});

test('presence: what is told of oneself is read again', () => {
  const told = { from: fromOf(7), name: ' Ada "L."\ud800 ', sinceMs: 1_709_251_198_125, rooms: ['Küche', 'b'] };
  assert.deepEqual(parsePresence(encode(composePresence(told))),
    { ...told, name: 'Ada "L."\ufffd', kind: 'browser', http: [] });
  assert.deepEqual(Object.keys(JSON.parse(composePresence(told))), ['name', 'from', 'kind', 'since', 'rooms']);
  assert.equal(parsePresence(encode(composeTyping(told))).name, 'Ada "L."\ufffd');
  assert.deepEqual(Object.keys(JSON.parse(composeTyping(told))), ['from', 'name']);
});

for (const { name, notes, folded, unfolded } of words.notes) {
  test(`notes: ${name}`, () => {
    const item = makeNoteItem(0);
    for (const [kind, who, newName] of notes)
      addToNote(item, { kind, name: who, newName });
    assert.equal(plain(noteText(item)), folded);
    assert.equal(plain(item.lines.join('\n')), unfolded);
  });
}

test('notes: so many are told one by one, all are counted', () => {
  const item = makeNoteItem(0);
  for (const number of range(1, noteLines + 1))
    addToNote(item, { kind: 'joined', name: `Name ${number}` });
  assert.equal(noteText(item), `${noteLines + 1} joined`);
  assert.equal(item.lines.length, noteLines);
  assert.equal(plain(item.lines[0]), 'Name 2 joined');
});

test('notes: one after the other is one line, a message parts them, and none is news', () => {
  const contents = new Contents({ onCutTop: () => {}, onCutEnd: () => null });
  const message = { id: null, seq: 5, text: 'x', topic: 'messages', isOwn: false, kind: 'text' };
  contents.setMark([]);
  contents.isAtEnd = false;
  contents.addNote({ kind: 'joined', name: 'Ada' }, 1);
  contents.addNote({ kind: 'left', name: 'Ada' }, 2);
  assert.equal(contents.isEmpty, true);
  contents.add(message);
  contents.addNote({ kind: 'joined', name: 'Grace' }, 3);
  assert.deepEqual(contents.items.map((item) => (item.kind === 'note' ? plain(noteText(item)) : item.text)),
    ['1 joined, 1 left', 'x', 'Grace joined']);
  assert.deepEqual([contents.newCount, contents.isEmpty], [1, false]);
  assert.equal(contents.hasAnonymous(''), false);
});

test('notes: a flood of them is drawn once a frame, as messages are', () => {
  const contents = new Contents({ onCutTop: () => {}, onCutEnd: () => null });
  let drawn = 0;
  contents.view = { notice: () => {}, noticeItem: () => { drawn += 1; } };
  for (const number of range(1, 1_000))
    contents.addNote({ kind: 'joined', name: `Name ${number}` }, 1);
  assert.equal(drawn, 0);
  assert.deepEqual(contents.items.map(noteText), ['1000 joined']);
});

test('words: of people', () => {
  for (const { names, text } of words.typing)
    assert.equal(plain(typingWords(names)), text ?? '');
  for (const { n, text } of words.here)
    assert.equal(hereWords(n), text);
  for (const { person: { own = false, ...person }, label, details, suffix } of words.people) {
    assert.equal(personLabel({ ...person, isOwn: own }), label);
    assert.equal(plain(personDetails(person)), details);
    assert.equal(` ${suffixOf(person.from)}`, suffix);
  }
  assert.equal(personName('x'.repeat(64)), 'x'.repeat(64));
  assert.equal(personName('x'.repeat(65)), `${'x'.repeat(64)}…`);
});

function makePeople() {
  const told = [];
  const people = new People({
    from: fromOf(1),
    onJoined: ({ name }) => told.push(`${name} joined`),
    onLeft: ({ name }) => told.push(`${name} left`),
    onRenamed: ({ name }, former) => told.push(`${former} is now ${name}`),
  });
  const put = (clientId, number, name, fields = {}) =>
    people.put(clientId, { from: fromOf(number), name, kind: 'browser', rooms: [], ...fields });
  return { people, put, told };
}

test('people: one without a name stands where "Somebody" does', () => {
  const { people, put } = makePeople();
  put('a', 2, '');
  put('b', 3, 'Grace');
  put('c', 4, 'Zoe');
  assert.deepEqual(people.list.map(({ name }) => name), ['Grace', '', 'Zoe']);
});

test('people: oneself first, then by name; two clients are one person', () => {
  const { people, put, told } = makePeople();
  put('c', 3, 'linus');
  put('b', 2, 'Grace', { rooms: ['garden'] });
  put('a', 1, 'Zoe');
  put('d', 2, 'Grace', { kind: 'desktop', rooms: ['kitchen', 'garden'] });
  assert.deepEqual(people.list.map(({ name, kind, rooms, isOwn }) => [name, kind, rooms, isOwn]), [
    ['Zoe', 'browser', [], true], ['Grace', 'desktop', ['kitchen', 'garden'], false], ['linus', 'browser', [], false],
  ]);
  assert.equal(people.size, 3);
  people.remove('d');
  assert.deepEqual(people.list[1].rooms, ['garden']);
  put('b', 2, 'Grace H.');
  people.remove('b');
  people.remove('b');
  people.remove('unknown');
  assert.deepEqual(told, ['linus joined', 'Grace joined', 'Zoe joined', 'Grace is now Grace H.', 'Grace H. left']);
  people.clear();
  assert.equal(people.size, 0);
  assert.deepEqual(told.slice(-2), ['linus left', 'Zoe left']);
});

test('people: of many clients in many rooms no more is told than can be shown', () => {
  const { people, put } = makePeople();
  for (const number of range(1, 20))
    put(`client ${number}`, 2, 'Grace', { rooms: range(1, 40).map((room) => `${room} of ${number}`) });
  const { rooms } = people.list.find(({ name }) => name === 'Grace');
  assert.deepEqual([rooms.length, rooms[0], rooms.at(-1)], [roomsLimit, '1 of 20', '24 of 19']);
});

test('people: a client that is another person now', () => {
  const { people, put, told } = makePeople();
  put('a', 2, 'Ada');
  put('a', 3, 'Grace');
  assert.deepEqual(told, ['Ada joined', 'Ada left', 'Grace joined']);
  assert.equal(people.size, 1);
});

test('people: so many clients are counted, and not one more', () => {
  const { people, put } = makePeople();
  for (const number of range(1, clientLimit))
    put(`client ${number}`, number, 'x');
  put('one more', clientLimit + 1, 'x');
  assert.equal(people.size, clientLimit);
  put('client 7', 7, 'changed');
  assert.equal(people.list.filter(({ name }) => name === 'changed').length, 1);
  people.remove('client 8');
  put('one more', clientLimit + 1, 'x');
  assert.equal(people.size, clientLimit);
});

function makeNotes() {
  const told = [];
  const notes = new PeopleNotes((...note) => told.push(note.filter((part) => part !== undefined).join(' ')));
  return { notes, told };
}
const ada = { from: fromOf(1), name: 'Ada' };
const grace = { from: fromOf(2), name: 'Grace' };

test('worth a note: not at the beginning, exactly until then', () => {
  const { notes, told } = makeNotes();
  notes.join(ada, 0);
  notes.begin(1_000);
  notes.join(ada, 1_000 + quietMs - 1);
  notes.rename({ ...ada, name: 'A' }, 'Ada', 1_000 + quietMs - 1);
  assert.deepEqual(told, []);
  notes.join(grace, 1_000 + quietMs);
  notes.rename({ ...grace, name: 'G' }, 'Grace', 1_000 + quietMs);
  assert.deepEqual(told, ['joined Grace', 'renamed Grace G']);
});

test('worth a note: who is back in time was not away, and may have another name', () => {
  const { notes, told } = makeNotes();
  notes.begin(0);
  notes.leave(ada, 5_000);
  assert.equal(notes.deadlineMs, 5_000 + graceMs);
  notes.join(ada, 5_000 + graceMs - 1);
  assert.deepEqual(told, []);
  notes.leave(ada, 20_000);
  notes.join({ ...ada, name: 'Ada L.' }, 21_000);
  assert.deepEqual(told, ['renamed Ada Ada L.']);
  notes.leave(ada, 30_000);
  notes.leave(grace, 31_000);
  notes.advance(30_000 + graceMs);
  assert.deepEqual(told.slice(1), ['left Ada']);
  notes.join(ada, 30_000 + graceMs);
  assert.deepEqual(told.slice(1), ['left Ada', 'joined Ada']);
  assert.equal(notes.deadlineMs, 31_000 + graceMs);
});

test('worth a note: a break of one\'s own is none of theirs', () => {
  const { notes, told } = makeNotes();
  notes.begin(0);
  notes.end();
  notes.leave(ada, 9_000);
  notes.leave(grace, 9_000);
  notes.advance(1e9);
  notes.begin(1e9);
  notes.join(ada, 1e9 + 100);
  notes.advance(1e9 + graceMs);
  assert.deepEqual(told, [], 'one is back, and of the other nobody knows when');
  assert.equal(notes.deadlineMs, Infinity);
});

test('worth a note: of more than can be waited for, the first is told at once', () => {
  const { notes, told } = makeNotes();
  notes.begin(0);
  for (const number of range(1, goneLimit))
    notes.leave({ from: fromOf(number), name: String(number) }, quietMs);
  assert.deepEqual(told, []);
  notes.leave({ from: fromOf(goneLimit + 1), name: 'last' }, quietMs);
  assert.deepEqual(told, ['left 1']);
});

test('writing: for five seconds, or until the message comes, in its room', () => {
  const typists = new Typists();
  typists.hear('messages', ada, 0);
  typists.hear('messages', grace, 1_000);
  typists.hear('messages/a', ada, 2_000);
  assert.deepEqual(typists.namesIn('messages'), ['Ada', 'Grace']);
  assert.deepEqual(typists.namesIn('messages/a'), ['Ada']);
  typists.advance(typingMs - 1);
  assert.deepEqual(typists.namesIn('messages'), ['Ada', 'Grace']);
  typists.hear('messages', grace, 3_000);
  typists.advance(typingMs);
  assert.deepEqual(typists.namesIn('messages'), ['Grace']);
  assert.equal(typists.forget('messages/a', grace.from), false);
  assert.equal(typists.forget('messages/a', ada.from), true);
  assert.equal(typists.deadlineMs, 3_000 + typingMs);
  typists.clear();
  assert.equal(typists.deadlineMs, Infinity);
  for (const number of range(1, typistLimit))
    typists.hear('messages', { from: fromOf(number), name: String(number) }, 0);
  assert.equal(typists.namesIn('messages').length, typistLimit);
  typists.hear('messages', { from: fromOf(typistLimit + 1), name: 'last' }, 0);
  assert.equal(typists.namesIn('messages').length, typistLimit);
  assert.equal(typists.namesIn('messages')[0], '2');
});

test('typing: a flood of it is shown once a frame', () => {
  const frames = [];
  globalThis.document = { visibilityState: 'visible' };
  globalThis.requestAnimationFrame = (action) => frames.push(action);
  const element = { textContent: '', hidden: true };
  let resized = 0;
  const typing = new Typing({ connection: null, from: fromOf(0), element, onResize: () => { resized += 1; } });
  for (const number of range(1, 100))
    typing.receive('hubbub/typing', encode(JSON.stringify({ from: fromOf(1), name: `Name ${number}` })));
  assert.deepEqual([resized, frames.length], [0, 1]);
  frames[0]();
  assert.deepEqual([plain(element.textContent), element.hidden, resized], ['Name 100 is writing…', false, 1]);
  typing.end();
  assert.deepEqual([element.hidden, resized], [true, 2]);
});

test('writing: the order of the names does not change with every sign', () => {
  const typists = new Typists();
  for (const one of [ada, grace, ada])
    typists.hear('messages', one, 0);
  assert.deepEqual(typists.namesIn('messages'), ['Ada', 'Grace']);
});

await run();
