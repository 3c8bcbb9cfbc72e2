// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The table of messages: shows one room, is filled once per frame, and stays at
// the end as long as the reader is there.
//
// Rows stand in the order of the room's contents. Whoever scrolls up gets older
// ones on top, and what is too much then goes at the end, which is brought back
// when it is wanted.

import { nextMidnight } from './lines.js';
import { LogRows } from './log-rows.js';
import { say, sayCount } from './words.js';

const endSlackPx = 32;

// How far from an edge of what is held more is asked for, in heights of the table.
const nearHeights = 1.5;

// How many rows a frame makes at the end: more than are in sight on most screens.
// What is above them comes in the next frames, so that none of them is long.
const rowsPerFrame = 60;

export class Log {
  #scroller;
  #rows;
  #empty;
  #newer;
  #onSeen;
  #room = null;
  #contents = null;
  #drawn = [];
  #reader = '';
  #people = [];
  #isPartial = false;
  #isCovered = false;
  #frame = 0;
  #quietTurn = 0;
  #height = 0;
  // Where the reader is put; and whether they have moved since more was asked for.
  #placedTop = 0;
  #hasMoved = false;

  /*
   * `onRetry` is called with the id of an own message that is to be tried again,
   * `onSeen` with the room whenever its end is in sight.
   */
  constructor({ scroller, body, empty, newer, onRetry, onSeen }) {
    this.#scroller = scroller;
    this.#rows = new LogRows({
      body,
      onRetry,
      // Whoever was in the row is in the table still.
      onLeft: () => scroller.focus({ preventScroll: true }),
    });
    this.#empty = empty;
    this.#newer = newer;
    this.#onSeen = onSeen;

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

  // Shows another room, where the reader had left it.
  show(room) {
    if (room === this.#room)
      return;
    if (this.#contents !== null) {
      this.#contents.place = this.#readPlace();
      if (this.#contents.isAtEnd)
        this.#contents.setMark(this.#drawn);
      this.#contents.view = null;
    }
    this.#rows.clear();
    this.#room = room;
    this.#contents = room.contents;
    this.#contents.isQuiet = true;
    this.#contents.view = this;
    cancelAnimationFrame(this.#frame);
    this.#flush();
  }

  // The contents have changed.
  notice() {
    if (this.#frame === 0)
      this.#frame = requestAnimationFrame(() => this.#flush());
  }

  // The reader's own name.
  setReader(name) {
    if (name === this.#reader)
      return;
    this.#reader = name;
    this.notice();
  }

  // Who is here, as { name, from }: names are told apart from theirs, too.
  setPeople(people) {
    this.#people = people;
    this.notice();
  }

  // An own message is there.
  noticePending() {
    this.#draw();
    this.#goToEnd();
    this.notice();
  }

  // The state of an own message has changed, or its time.
  noticeItem(item) {
    this.#rows.of(item)?.showTime();
    this.#rows.of(item)?.setState(item.state);
    this.keepEnd();
  }

  // Something else is shown in its place.
  setCovered(isCovered) {
    this.#isCovered = isCovered;
    this.#scroller.classList.toggle('covered', isCovered);
    this.#scroller.inert = isCovered;
    if (!isCovered)
      this.notice();
    else if (this.#contents.isAtEnd)
      this.#contents.setMark(this.#drawn);
  }

  // Somebody may look at the table again.
  noticeLook() {
    if (this.#contents.isAtEnd && !this.#isCovered)
      this.#onSeen(this.#room);
  }

  // Whose messages are held here, as { name, from }.
  get names() {
    return this.#drawn;
  }

  // What the message of this row of the table says.
  textOf(element) {
    return this.#rows.itemOf(element)?.text ?? '';
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#placedTop = this.#scroller.scrollTop;
    this.#height = this.#scroller.clientHeight;
    this.#contents.isAtEnd = true;
    this.#contents.newCount = 0;
    this.#showNewer();
  }

  // Called after something has changed its height: the reader who was at the
  // end still is.
  keepEnd() {
    if (this.#contents?.isAtEnd)
      this.scrollToEnd();
  }

  #flush() {
    this.#frame = 0;
    const contents = this.#contents;
    const target = contents.target;
    const anchor = contents.isAtEnd || target !== null ? null : this.#readPlace() ?? contents.place;
    contents.place = null;
    this.#quieten();
    this.#draw();
    this.#empty.hidden = !contents.isEmpty || !contents.isSettled;
    // Nobody can scroll to the end of what is all in sight.
    if (target === null && !contents.isDetached && this.#scroller.scrollHeight <= this.#scroller.clientHeight)
      contents.isAtEnd = true;

    const isSeen = contents.isAtEnd && contents.arrivedCount > 0 && document.visibilityState === 'visible';
    contents.hasComeAtEnd ||= isSeen;
    contents.countArrived();
    if (target !== null)
      this.#reveal(target);
    else if (contents.isAtEnd)
      this.scrollToEnd();
    else if (anchor !== null)
      this.#goToPlace(anchor);
    this.#placedTop = this.#scroller.scrollTop;
    this.#showNewer();
    this.noticeLook();
    this.#askForMore();
  }

  // Brings a message into the middle, and the focus with it.
  #reveal(item) {
    this.#contents.target = null;
    const row = this.#rows.of(item);
    if (row === undefined)
      return;
    const { offsetTop, offsetHeight } = row.element;
    const { clientHeight } = this.#scroller;
    const above = Math.max((clientHeight - offsetHeight) / 2, this.#scroller.querySelector('thead').offsetHeight);
    this.#scroller.scrollTop = offsetTop - above;
    row.element.tabIndex = -1;
    row.element.focus({ preventScroll: true });
    row.light();
  }

  // What is old is not read out as if it had just been said.
  #quieten() {
    if (!this.#contents.isQuiet)
      return;
    this.#contents.isQuiet = false;
    this.#quietTurn += 1;
    const turn = this.#quietTurn;
    this.#scroller.setAttribute('aria-live', 'off');
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (turn === this.#quietTurn)
        this.#scroller.removeAttribute('aria-live');
    }));
  }

  #draw() {
    const contents = this.#contents;
    this.#drawn = contents.items;
    this.#isPartial = this.#rows.draw(this.#drawn, {
      firstNew: contents.firstNew(this.#drawn),
      people: this.#people,
      reader: this.#reader,
      most: contents.isAtEnd ? rowsPerFrame : Infinity,
    });
    // What is above is not read out behind what is below it.
    contents.isQuiet ||= this.#isPartial;
    if (this.#isPartial)
      this.notice();
  }

  // The first item in sight, and how far below the upper edge it begins.
  #readPlace() {
    const { scrollTop } = this.#scroller;
    const row = this.#contents.items.map((item) => this.#rows.of(item))
      .find((one) => one !== undefined && one.element.offsetTop + one.element.offsetHeight > scrollTop);
    return row === undefined ? null : { item: row.item, top: this.#topOf(row) };
  }

  #topOf({ element }) {
    return element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }

  #goToPlace({ item, top }) {
    const row = this.#rows.of(item);
    if (row !== undefined)
      this.#scroller.scrollTop += this.#topOf(row) - top;
  }

  // What comes while nobody looks is new, and was not read by being drawn afterwards.
  #noticeVisibility() {
    if (document.visibilityState === 'visible') {
      this.#contents?.countArrived();
      this.notice();
    } else if (this.#contents?.isAtEnd) {
      this.#contents.setMark(this.#drawn);
    }
  }

  // "Today" becomes "Yesterday".
  #awaitMidnight() {
    setTimeout(() => {
      this.notice();
      this.#awaitMidnight();
    }, nextMidnight(Date.now()) - Date.now() + 100);
  }

  // The end, wherever it is.
  #goToEnd() {
    if (this.#contents.isDetached) {
      this.#contents.setDetached(false);
      this.#room.newest();
    }
    this.scrollToEnd();
  }

  // Near an edge of what is held: there may be more. Where as much is held as can be, only who moves there gets it,
  // once: near both edges, one would be dropped for the other without end.
  #askForMore() {
    if (this.#isPartial || (this.#contents.isFull && !this.#hasMoved))
      return;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const near = clientHeight * nearHeights;
    let isAsked = false;
    if (this.#contents.isDetached && scrollHeight - scrollTop - clientHeight < near)
      isAsked = this.#room.newer();
    else if (scrollTop < near)
      isAsked = this.#room.older();
    this.#hasMoved &&= !isAsked;
  }

  #noticeScroll() {
    const contents = this.#contents;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    // The table has another height (a keyboard came up, a longer text is being
    // written): it was not the reader who scrolled.
    if (contents.isAtEnd && clientHeight !== this.#height) {
      this.scrollToEnd();
      return;
    }
    this.#height = clientHeight;
    this.#hasMoved ||= scrollTop !== this.#placedTop;
    const wasAtEnd = contents.isAtEnd;
    contents.isAtEnd = !contents.isDetached && scrollHeight - scrollTop - clientHeight <= endSlackPx;
    if (wasAtEnd && !contents.isAtEnd)
      contents.leaveEnd(this.#drawn);
    if (contents.isAtEnd) {
      contents.newCount = 0;
      this.noticeLook();
    }
    this.#showNewer();
    this.#askForMore();
  }

  #showNewer() {
    const { newCount, isDetached } = this.#contents;
    this.#newer.hidden = (newCount === 0 && !isDetached) || this.#isCovered;
    const words = newCount > 0 ? sayCount(newCount, '{n} new', '{n} new') : say('Go to newest');
    if (this.#newer.textContent !== words)
      this.#newer.textContent = words;
  }
}
