// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The rooms: those that were entered, the one that is shown, and those that are
// known otherwise. Which ones were entered, which one was shown, and what was
// read of each survives the page; each tab goes on with its own.

import { everyone, labelOf, nameOf } from './room-names.js';

// The most that can be entered, and the most others that are known.
export const roomLimit = 64;
export const othersLimit = 500;

const collator = new Intl.Collator();

// Everyone, then by name.
function compare(a, b) {
  return (b === everyone) - (a === everyone) || collator.compare(labelOf(a), labelOf(b)) || (a < b ? -1 : 1);
}

function readTopics(text) {
  try {
    const topics = JSON.parse(text);
    return Array.isArray(topics) ? topics.filter((topic) => typeof topic === 'string' && nameOf(topic)) : [];
  } catch {
    return [];
  }
}

export class Rooms {
  #keep;
  #passing;
  #makeRoom;
  #onChange;
  #entered = new Map();
  #others = new Set();

  /*
   * `keep` remembers for all tabs, `passing` for this one; `makeRoom` makes a room of a topic and what was read of it;
   * `onChange` is called after another room is shown, entered, left or known.
   */
  constructor({ keep, passing, makeRoom, onChange }) {
    this.#keep = keep;
    this.#passing = passing;
    this.#makeRoom = makeRoom;
    this.#onChange = onChange;
    for (const topic of [everyone, ...readTopics(keep.get('rooms'))].slice(0, roomLimit))
      this.#add(topic);
    this.current = this.#entered.get(passing.get('room') ?? keep.get('room')) ?? this.everyone;
    passing.set('room', this.current.topic);
  }

  get everyone() {
    return this.#entered.get(everyone);
  }

  // In the order in which they are listed.
  get entered() {
    return [...this.#entered.values()].sort((a, b) => compare(a.topic, b.topic));
  }

  // The names of those besides Everyone that one can write in.
  get writable() {
    return this.entered.filter((room) => !room.isReadOnly && room.topic !== everyone).map(({ label }) => label);
  }

  // The topics of the others, likewise.
  get others() {
    return [...this.#others].sort(compare);
  }

  get isFull() {
    return this.#entered.size >= roomLimit;
  }

  get unread() {
    let sum = 0;
    for (const room of this.#entered.values())
      sum += room.unread;
    return sum;
  }

  // The room of this topic if it was entered.
  get(topic) {
    return this.#entered.get(topic) ?? null;
  }

  // Enters a room, if it was not yet, and shows it. Returns it, or null when no
  // more can be entered.
  enter(topic) {
    let room = this.get(topic);
    if (room === null) {
      if (this.isFull)
        return null;
      room = this.#add(topic);
      this.#remember((topics) => topics.add(topic));
      this.#others.delete(topic);
    }
    if (room !== this.current) {
      this.current.setShown(false);
      this.current = room;
      this.#keep.set('room', topic);
      this.#passing.set('room', topic);
    }
    this.#onChange();
    return room;
  }

  // Everyone cannot be left.
  leave(topic) {
    const room = this.get(topic);
    if (room === null || topic === everyone)
      return;
    if (room === this.current)
      this.enter(everyone);
    room.end();
    this.#entered.delete(topic);
    this.#keep.remove(`read.${topic}`);
    this.#remember((topics) => topics.delete(topic));
    this.#others.add(topic);
    this.#onChange();
  }

  // There is a room of this topic.
  know(topic) {
    if (this.#entered.has(topic) || this.#others.has(topic) || nameOf(topic) === null ||
        this.#others.size >= othersLimit)
      return;
    this.#others.add(topic);
    this.#onChange();
  }

  // What was read of a room may have changed. Another tab may have read further.
  keepMark({ topic, mark }) {
    const kept = this.#readMark(topic);
    if (mark !== null && (kept?.log !== mark.log || kept.seq < mark.seq))
      this.#keep.set(`read.${topic}`, JSON.stringify(mark));
  }

  // Another tab has read something.
  followMarks() {
    for (const room of this.#entered.values())
      room.takeMark(this.#readMark(room.topic));
  }

  #add(topic) {
    const room = this.#makeRoom(topic, this.#readMark(topic));
    this.#entered.set(topic, room);
    return room;
  }

  #readMark(topic) {
    try {
      const { log, seq } = JSON.parse(this.#keep.get(`read.${topic}`));
      return typeof log === 'string' && Number.isSafeInteger(seq) ? { log, seq } : null;
    } catch {
      return null;
    }
  }

  // Another tab may have entered rooms since: only the change is written.
  #remember(change) {
    const topics = new Set(readTopics(this.#keep.get('rooms')));
    change(topics);
    this.#keep.set('rooms', JSON.stringify([...topics]));
  }
}
