// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is held of one room, shown or not: the messages in their order, own ones
// that the host has not delivered yet below them, and how far the reader is. A
// room that is not shown keeps less; its history brings the rest back. Pure.

import { Mark } from './mark.js';
import { addToNote, makeNoteItem } from './note-item.js';
import { Timeline } from './timeline.js';

export const shownLimits = { rows: 500, chars: 16_000_000 };
export const hiddenLimits = { rows: 200, chars: 1_000_000 };

export class Contents {
  #onCutTop;
  #onCutEnd;
  #timeline = new Timeline();
  #pending = [];
  #view = null;
  #mark = new Mark();
  #hasMark = false;

  // Whether the reader is at the end, and else { item, top }, where.
  isAtEnd = true;
  place = null;
  // Whether the log goes on behind what is held.
  isDetached = false;
  // Whether as much is held as can be: what is asked for would drop something else.
  isFull = false;
  // Whether nothing more will come by itself.
  isSettled = false;
  // Whether what comes to the table next is old.
  isQuiet = false;
  // The item that somebody has asked to see, until it is shown.
  target = null;
  // How many came that the reader has not had in sight.
  newCount = 0;
  // How many came since it was drawn last: until then nobody knows where the reader
  // is. And whether something was read at the end since the line above what is
  // new was set.
  arrivedCount = 0;
  hasComeAtEnd = false;

  /*
   * When messages of the log had to make room, `onCutTop` or `onCutEnd` is called
   * with the number that is first or last now; the latter returns behind which one
   * all has to go.
   */
  constructor({ onCutTop, onCutEnd }) {
    this.#onCutTop = onCutTop;
    this.#onCutEnd = onCutEnd;
  }

  // The table that shows this, or null. Its notice() is called after a change,
  // noticePending() after an own message, and noticeItem() with one whose state or time has changed.
  set view(view) {
    this.#view = view;
    this.isFull = false;
    if (view !== null)
      return;
    this.countArrived();
    this.#trim(false);
  }

  // In the order in which they are shown.
  get items() {
    return [...this.#timeline.items, ...this.#pending];
  }

  // Whether nothing was said, as far as is known.
  get isEmpty() {
    return this.#pending.length === 0 && this.#timeline.items.every(({ kind }) => kind === 'note');
  }

  get lastSeq() {
    return this.#timeline.lastSeq;
  }

  // The last text of one's own, or ''.
  get lastOwnText() {
    return this.items.findLast(({ isOwn }) => isOwn)?.text ?? '';
  }

  // A message that the host delivered. Returns whether it is new here.
  add(item) {
    const what = this.#place(item, (one) => this.#timeline.add(one));
    if (what === 'known')
      return false;
    // While the page is hidden there are no frames: what would be dropped again
    // is dropped now, before it is drawn.
    this.#trim(false);
    const isNews = what === 'added' && !item.wasPending;
    if (isNews)
      this.arrivedCount += 1;
    if (this.#view === null)
      this.countArrived();
    this.#view?.notice();
    return what === 'added';
  }

  // Where the reader is, is known: what came behind that is new.
  countArrived() {
    this.newCount += this.isAtEnd ? 0 : this.arrivedCount;
    this.arrivedCount = 0;
  }

  // { kind, name, newName }: who has come or gone. Several in a row are one item.
  addNote(note, timeMs) {
    const last = this.#timeline.items.at(-1);
    const item = last?.kind === 'note' ? last : makeNoteItem(timeMs);
    addToNote(item, note);
    if (item !== last) {
      this.#timeline.add(item);
      this.#trim(false);
    }
    // Once a frame, as with messages: anybody can come and go a thousand times a second.
    this.#view?.notice();
  }

  // Messages of the history, in order. What is too much then goes from the top,
  // or from the end.
  addPast(items, isCutAtEnd) {
    for (const item of items)
      this.#claim(item);
    this.#timeline.addPast(items);
    this.#trim(isCutAtEnd);
    this.isQuiet = true;
    this.#view?.notice();
  }

  // All goes but what waits.
  clear() {
    this.#timeline.clear();
    this.isFull = false;
    this.#view?.notice();
  }

  // Whether this very message, or one of its number, is held.
  hasItem(item) {
    return this.items.includes(item) || (item.seq !== null && this.#timeline.findSeq(item.seq) !== null);
  }

  // Shows this message: the one of its number, or else the next one that is held.
  reveal(item) {
    const { items } = this;
    const numbered = items.filter(({ seq }) => seq !== null);
    this.target = items.find((one) => one === item) ?? numbered.find(({ seq }) => seq >= item.seq) ?? numbered.at(-1) ?? null;
    if (this.target === null)
      return;
    this.isAtEnd = false;
    this.#view?.notice();
  }

  // What is above a gap goes.
  dropBefore(seq) {
    this.#timeline.dropBefore(seq);
    this.isFull = false;
    this.#view?.notice();
  }

  beginLog() {
    this.#timeline.beginLog();
    this.#mark.beginLog();
  }

  // These items have been seen; what else there is, and what comes from now on, is
  // new, and stands below a line.
  setMark(seen) {
    this.#mark.setAtEnd(seen);
    this.#hasMark = true;
    this.hasComeAtEnd = false;
    this.#view?.notice();
  }

  // The same for what is there, from this number on, unless a line stands already.
  setFirstNew(seq) {
    if (this.#hasMark && !this.hasComeAtEnd)
      return;
    this.#mark.setFirstNew(seq);
    this.#hasMark = true;
    this.hasComeAtEnd = false;
    this.#view?.notice();
  }

  // The reader leaves the end. Who has just been led there, past what is new, may
  // go back to see it: the line stays, unless something was read since then.
  leaveEnd(seen) {
    if (!this.#hasMark || this.hasComeAtEnd)
      this.setMark(seen);
  }

  // Where the first new one of these stands, or -1.
  firstNew(items) {
    return this.#mark.firstNew(items);
  }

  // More came that is not held, since the end is not: it is only counted.
  countNew() {
    this.newCount += 1;
    this.#view?.notice();
  }

  setDetached(isDetached) {
    this.isDetached = isDetached;
    if (isDetached)
      this.isAtEnd = false;
    this.#view?.notice();
  }

  // Nothing more will come by itself: if nothing is there, then nothing was said.
  settle() {
    this.isSettled = true;
    this.#view?.notice();
  }

  // An own message, shown at once, below all others until it is delivered.
  addPending(item) {
    this.#pending.push(item);
    this.#mark.clear();
    this.#hasMark = false;
    this.#view?.noticePending();
  }

  // The state of an own message: 'waiting', 'sent' or 'failed'.
  setState(id, state) {
    const isIt = (item) => item.id === id;
    const item = this.#pending.find(isIt) ?? this.#timeline.items.findLast(isIt);
    if (item === undefined || item.state === state)
      return;
    item.state = state;
    this.#view?.noticeItem(item);
  }

  holds(topic, id) {
    return this.#timeline.holds(topic, id);
  }

  // Whether a message without an id says just this.
  hasAnonymous(text) {
    return this.#timeline.items.some((item) => item.id === null && item.kind !== 'note' && item.text === text);
  }

  // Acknowledged messages that were not delivered before the connection ended
  // will not come back any more: they stay where they are.
  settleAcknowledged() {
    for (const item of this.#pending.filter(({ state }) => state === 'sent'))
      this.add(item);
  }

  // An own message that waits is the one that was delivered: its row goes on.
  #place(item, add) {
    const at = item.id === null ? -1 : this.#pending.findIndex(({ id }) => id === item.id);
    if (at < 0)
      return add(item);
    const [own] = this.#pending.splice(at, 1);
    own.seq = item.seq;
    own.timeMs = item.timeMs;
    this.#view?.noticeItem(own);
    own.wasPending = true;
    item.wasPending = true;
    return add(own);
  }

  // The same for one of the history; it stays itself, so that the order is kept.
  // One that was delivered before, and not acknowledged, is acknowledged by this:
  // the acknowledgement of it may come later, or never.
  #claim(item) {
    const at = item.id === null ? -1 : this.#pending.findIndex(({ id }) => id === item.id);
    if (at >= 0)
      this.#pending.splice(at, 1);
    else if (item.isOwn && item.id !== null)
      this.setState(item.id, 'sent');
  }

  #trim(isFromEnd) {
    const { rows, chars } = this.#view === null ? hiddenLimits : shownLimits;
    const room = Math.max(rows - this.#pending.length, 1);
    this.isFull = this.#timeline.trim(room, chars, isFromEnd);
    if (!this.isFull)
      return;
    if (isFromEnd)
      this.#timeline.dropAfter(this.#onCutEnd(this.#timeline.lastSeq) ?? Infinity);
    else
      this.#onCutTop(this.#timeline.firstSeq);
  }
}
