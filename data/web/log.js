// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The table of messages: bounded, filled once per frame, and at its end as long
// as the reader is there.
//
// Rows stand in the order of the timeline; own messages which the host has not
// delivered yet stand below all others, and take their place when they come
// back. Whoever scrolls up gets older ones on top, and what is too much then
// goes at the end, which is brought back when it is wanted.

import { arrange, dayWords, nextMidnight } from './lines.js';
import { Mark } from './mark.js';
import { Row, makeLine } from './row.js';
import { Timeline } from './timeline.js';

export const rowLimit = 500;
export const charLimit = 16_000_000;
const endSlackPx = 32;

// How far from an edge of what is held more is asked for, in heights of the table.
const nearHeights = 1.5;

export class Log {
  #scroller;
  #body;
  #empty;
  #newer;
  #onRetry;
  #onOlder;
  #onNewer;
  #onNewest;
  #onCutTop;
  #onCutEnd;
  #timeline = new Timeline();
  #rows = new Map();
  #lines = new Map();
  #mark = new Mark();
  #hasMark = false;
  #hasComeAtEnd = false;
  #pending = [];
  #frame = 0;
  #arrived = 0;
  #isQuiet = false;
  #isAtEnd = true;
  #isDetached = false;
  #isSettled = false;
  #height = 0;
  #newCount = 0;

  /*
   * `onOlder` and `onNewer` are called when the reader comes near the first or last
   * row, and `onNewest` when the reader wants the end and it is not held. When rows
   * of the log had to make room, `onCutTop` or `onCutEnd` is called with the number
   * that is first or last now; the latter returns behind which one all has to go.
   */
  constructor({ scroller, body, empty, newer, onRetry, onOlder, onNewer, onNewest, onCutTop, onCutEnd }) {
    this.#scroller = scroller;
    this.#body = body;
    this.#empty = empty;
    this.#newer = newer;
    this.#onRetry = onRetry;
    this.#onOlder = onOlder;
    this.#onNewer = onNewer;
    this.#onNewest = onNewest;
    this.#onCutTop = onCutTop;
    this.#onCutEnd = onCutEnd;

    scroller.addEventListener('scroll', () => this.#noticeScroll(), { passive: true });
    // A long message that was opened or closed moves the end, without scrolling.
    scroller.addEventListener('click', () => this.#noticeScroll());
    newer.addEventListener('click', () => {
      this.#goToEnd();
      scroller.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.keepEnd()).observe(scroller);
    document.addEventListener('visibilitychange', () => this.#noticeVisibility());
    this.#awaitMidnight();
  }

  // A message that the host delivered. Returns whether it is new here.
  add(item) {
    const what = this.#place(item, (one) => this.#timeline.add(one));
    if (what === 'known')
      return false;
    // While the page is hidden there are no frames: what would be dropped again
    // is dropped now, before it is drawn.
    this.#trim(false);
    this.#arrived += what === 'added' && !item.wasPending ? 1 : 0;
    this.#schedule();
    return what === 'added';
  }

  // Messages of the history, in order. What is too much then goes from the top,
  // or from the end.
  addPast(items, isCutAtEnd) {
    for (const item of items)
      this.#claim(item);
    this.#timeline.addPast(items);
    this.#trim(isCutAtEnd);
    this.#isQuiet = true;
    this.#schedule();
  }

  // What is above a gap goes.
  dropBefore(seq) {
    this.#timeline.dropBefore(seq);
    this.#schedule();
  }

  beginLog() {
    this.#timeline.beginLog();
    this.#mark.beginLog();
  }

  // What is new, from this number on, stands below a line.
  setFirstNew(seq) {
    this.#mark.setFirstNew(seq);
    this.#hasMark = true;
    this.#hasComeAtEnd = false;
    this.#schedule();
  }

  // More came that is not held, since the end is not: it is only counted.
  countNew() {
    this.#newCount += 1;
    this.#showNewer();
  }

  // Whether the log goes on behind the last row.
  setDetached(isDetached) {
    this.#isDetached = isDetached;
    if (isDetached)
      this.#isAtEnd = false;
    this.#schedule();
  }

  // Nothing more will come by itself: if nothing is there, then nothing was said.
  settle() {
    this.#isSettled = true;
    this.#schedule();
  }

  // An own message, shown at once, below all others until it is delivered.
  addPending(item) {
    this.#pending.push(item);
    this.#mark.clear();
    this.#hasMark = false;
    this.#draw();
    this.#goToEnd();
    this.#schedule();
  }

  // The state of an own message: 'waiting', 'sent' or 'failed'.
  setState(id, state) {
    const isIt = (item) => item.id === id;
    const item = this.#pending.find(isIt) ?? this.#timeline.items.findLast(isIt);
    if (item === undefined)
      return;
    item.state = state;
    this.#rows.get(item)?.setState(state);
    this.keepEnd();
  }

  holds(topic, id) {
    return this.#timeline.holds(topic, id);
  }

  // Whether a message without an id says just this.
  hasAnonymous(text) {
    return this.#timeline.items.some((item) => item.id === null && item.text === text);
  }

  // Acknowledged messages that were not delivered before the connection ended
  // will not come back any more: they stay where they are.
  settleAcknowledged() {
    for (const item of this.#pending.filter(({ state }) => state === 'sent'))
      this.add(item);
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#height = this.#scroller.clientHeight;
    this.#isAtEnd = true;
    this.#newCount = 0;
    this.#showNewer();
  }

  // Called after something has changed its height: the reader who was at the
  // end still is.
  keepEnd() {
    if (this.#isAtEnd)
      this.scrollToEnd();
  }

  #schedule() {
    if (this.#frame === 0)
      this.#frame = requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#frame = 0;
    const anchor = this.#isAtEnd ? null : this.#firstVisible();
    const anchorTop = anchor?.getBoundingClientRect().top;
    this.#quieten();
    this.#draw();
    const isEmpty = this.#timeline.items.length + this.#pending.length === 0;
    this.#empty.hidden = !isEmpty || !this.#isSettled;

    this.#newCount += this.#isAtEnd ? 0 : this.#arrived;
    this.#hasComeAtEnd ||= this.#isAtEnd && this.#arrived > 0 && document.visibilityState === 'visible';
    this.#arrived = 0;
    if (this.#isAtEnd)
      this.scrollToEnd();
    else if (anchor?.isConnected)
      this.#scroller.scrollTop += anchor.getBoundingClientRect().top - anchorTop;
    this.#showNewer();
    this.#askForMore();
  }

  // What is old is not read out as if it had just been said.
  #quieten() {
    if (!this.#isQuiet)
      return;
    this.#isQuiet = false;
    this.#scroller.setAttribute('aria-live', 'off');
    requestAnimationFrame(() => requestAnimationFrame(() => this.#scroller.removeAttribute('aria-live')));
  }

  // Makes the table what timeline and pending messages say. What stands right
  // already is not moved, so that it is not read twice.
  #draw() {
    const items = [...this.#timeline.items, ...this.#pending];
    const elements = this.#elementsOf(items);
    const wanted = new Set(elements);
    for (const held of [this.#rows, this.#lines]) {
      for (const [key, { element }] of held) {
        if (!wanted.has(element)) {
          element.remove();
          held.delete(key);
        }
      }
    }
    let next = this.#body.firstElementChild;
    for (const element of elements) {
      if (element === next)
        next = element.nextElementSibling;
      else
        this.#body.insertBefore(element, next);
    }
  }

  // The rows, and the lines between them.
  #elementsOf(items) {
    const nowMs = Date.now();
    const elements = [];
    const days = new Map();
    for (const { item, day, isNew, continues } of arrange(items, this.#mark.firstNew(items))) {
      if (day !== null) {
        // A clock that went back makes the same day begin twice.
        const time = (days.get(day) ?? 0) + 1;
        days.set(day, time);
        elements.push(this.#lineOf(`day ${day} ${time}`, 'day', dayWords(item.timeMs, nowMs)));
      }
      if (isNew)
        elements.push(this.#lineOf('new', 'new', 'New'));
      const row = this.#rowOf(item);
      row.setContinues(continues);
      elements.push(row.element);
    }
    return elements;
  }

  #lineOf(key, kind, words) {
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = makeLine(kind);
      this.#lines.set(key, line);
    }
    line.setWords(words);
    return line.element;
  }

  #rowOf(item) {
    let row = this.#rows.get(item);
    if (row === undefined) {
      row = new Row(item, this.#onRetry);
      this.#rows.set(item, row);
    }
    return row;
  }

  // An own message that waits is the one that was delivered: its row goes on.
  #place(item, add) {
    const at = item.id === null ? -1 : this.#pending.findIndex(({ id }) => id === item.id);
    if (at < 0)
      return add(item);
    const [own] = this.#pending.splice(at, 1);
    own.seq = item.seq;
    own.timeMs = item.timeMs;
    this.#rows.get(own)?.showTime();
    own.wasPending = true;
    item.wasPending = true;
    return add(own);
  }

  // The same for one of the history; it stays itself, so that the order is kept.
  #claim(item) {
    const at = item.id === null ? -1 : this.#pending.findIndex(({ id }) => id === item.id);
    if (at >= 0)
      this.#pending.splice(at, 1);
  }

  #trim(isFromEnd) {
    const room = Math.max(rowLimit - this.#pending.length, 1);
    if (!this.#timeline.trim(room, charLimit, isFromEnd))
      return;
    if (isFromEnd)
      this.#timeline.dropAfter(this.#onCutEnd(this.#timeline.lastSeq) ?? Infinity);
    else
      this.#onCutTop(this.#timeline.firstSeq);
  }

  // The lines come and go: what stays is a row.
  #firstVisible() {
    const top = this.#scroller.scrollTop;
    return Array.from(this.#body.rows)
      .find((row) => row.offsetTop + row.offsetHeight > top && !row.classList.contains('line'));
  }

  // What comes while nobody looks is new.
  #noticeVisibility() {
    if (document.visibilityState === 'visible')
      this.#schedule();
    else if (this.#isAtEnd)
      this.#setMark();
  }

  #setMark() {
    this.#mark.setAtEnd(this.#timeline.items);
    this.#hasMark = true;
    this.#hasComeAtEnd = false;
    this.#schedule();
  }

  // The reader leaves the end. Who has just been led there, past what is new, may
  // go back to see it: the line stays, unless something was read since then.
  #leaveEnd() {
    if (!this.#hasMark || this.#hasComeAtEnd)
      this.#setMark();
  }

  // "Today" becomes "Yesterday".
  #awaitMidnight() {
    setTimeout(() => {
      this.#schedule();
      this.#awaitMidnight();
    }, nextMidnight(Date.now()) - Date.now() + 100);
  }

  // The end, wherever it is.
  #goToEnd() {
    if (this.#isDetached) {
      this.setDetached(false);
      this.#onNewest();
    }
    this.scrollToEnd();
  }

  // Near an edge of what is held: there may be more.
  #askForMore() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const near = clientHeight * nearHeights;
    if (this.#isDetached && scrollHeight - scrollTop - clientHeight < near)
      this.#onNewer();
    else if (scrollTop < near)
      this.#onOlder();
  }

  #noticeScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    // The table has another height (a keyboard came up, a longer text is being
    // written): it was not the reader who scrolled.
    if (this.#isAtEnd && clientHeight !== this.#height) {
      this.scrollToEnd();
      return;
    }
    this.#height = clientHeight;
    const wasAtEnd = this.#isAtEnd;
    this.#isAtEnd = !this.#isDetached && scrollHeight - scrollTop - clientHeight <= endSlackPx;
    if (wasAtEnd && !this.#isAtEnd)
      this.#leaveEnd();
    if (this.#isAtEnd)
      this.#newCount = 0;
    this.#showNewer();
    this.#askForMore();
  }

  #showNewer() {
    this.#newer.hidden = this.#newCount === 0;
    if (this.#newCount > 0)
      this.#newer.textContent = `${this.#newCount} new`;
  }
}
