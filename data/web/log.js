// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The table of messages: bounded, filled once per frame, and at its end as long
// as the reader is there.
//
// Rows stand in the order in which the host delivered them; own messages which
// it has not delivered yet stand below all others, and take their place when
// they come back.

import { Row } from './row.js';

export const rowLimit = 500;
export const charLimit = 16_000_000;
const endSlackPx = 32;

export class Log {
  #scroller;
  #body;
  #empty;
  #newer;
  #onRetry;
  #queue = [];
  #queueChars = 0;
  #frame = 0;
  #settled = [];
  #pending = [];
  #chars = 0;
  #isAtEnd = true;
  #height = 0;
  #newCount = 0;

  constructor({ scroller, body, empty, newer, onRetry }) {
    this.#scroller = scroller;
    this.#body = body;
    this.#empty = empty;
    this.#newer = newer;
    this.#onRetry = onRetry;

    scroller.addEventListener('scroll', () => this.#noticeScroll(), { passive: true });
    // A long message that was opened or closed moves the end, without scrolling.
    scroller.addEventListener('click', () => this.#noticeScroll());
    newer.addEventListener('click', () => {
      this.scrollToEnd();
      scroller.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.keepEnd()).observe(scroller);
  }

  // A message that the host delivered.
  add(item) {
    this.#queue.push(item);
    this.#queueChars += item.text.length;
    // What the next frame would drop again need not be drawn: while the page is
    // hidden there are no frames, and this is what bounds the queue.
    while (this.#queue.length > rowLimit || (this.#queueChars > charLimit && this.#queue.length > 1)) {
      const dropped = this.#queue.shift();
      this.#queueChars -= dropped.text.length;
      this.#newCount += this.#isAtEnd ? 0 : 1;
      this.#dropPending(dropped.id);
    }
    this.#schedule();
  }

  // An own message, shown at once, below all others until it is delivered.
  addPending(item) {
    const row = new Row(item, this.#onRetry);
    this.#pending.push(row);
    this.#body.append(row.element);
    this.#regroup();
    this.scrollToEnd();
    this.#schedule();
  }

  // The state of an own message: 'waiting', 'sent' or 'failed'.
  setState(id, state) {
    const row = this.#pending.find(({ item }) => item.id === id) ??
      this.#settled.findLast(({ item }) => item.id === id);
    row?.setState(state);
    this.keepEnd();
  }

  // Whether a message without an id says just this.
  hasAnonymous(text) {
    const says = (item) => item.id === null && item.text === text;
    return this.#queue.some(says) || this.#settled.some(({ item }) => says(item));
  }

  // Acknowledged messages that were not delivered before the connection ended
  // will not come back any more: they stay where they are.
  settleAcknowledged() {
    for (const { item } of this.#pending.filter((row) => row.item.state === 'sent'))
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
    const items = this.#queue;
    this.#queue = [];
    this.#queueChars = 0;

    const anchor = this.#isAtEnd ? null : this.#firstVisible();
    const anchorTop = anchor?.element.getBoundingClientRect().top;
    for (const item of items)
      this.#settle(item);
    this.#trim();
    this.#regroup();
    this.#empty.hidden = this.#settled.length + this.#pending.length > 0;

    if (this.#isAtEnd)
      this.scrollToEnd();
    else if (anchor?.element.isConnected)
      this.#scroller.scrollTop += anchor.element.getBoundingClientRect().top - anchorTop;
    this.#showNewer();
  }

  // Puts an item at the end of what was delivered.
  #settle(item) {
    const at = item.id === null ? -1 : this.#pending.findIndex((row) => row.item.id === item.id);
    const isPending = at >= 0;
    const row = isPending ? this.#pending.splice(at, 1)[0] : new Row(item, this.#onRetry);
    const next = this.#pending[0]?.element ?? null;
    // A row that stands right already is not moved, so that it is not read twice.
    if (!isPending || at > 0)
      this.#body.insertBefore(row.element, next);
    this.#settled.push(row);
    this.#chars += item.text.length;
    this.#newCount += this.#isAtEnd || isPending ? 0 : 1;
  }

  #trim() {
    const room = Math.max(rowLimit - this.#pending.length, 1);
    let surplus = Math.max(this.#settled.length - room, 0);
    let chars = this.#chars;
    for (let i = 0; i < this.#settled.length - 1 && (i < surplus || chars > charLimit); i += 1) {
      chars -= this.#settled[i].item.text.length;
      surplus = Math.max(surplus, i + 1);
    }
    for (const row of this.#settled.splice(0, surplus))
      row.element.remove();
    this.#chars = chars;
  }

  #dropPending(id) {
    const at = id === null ? -1 : this.#pending.findIndex((row) => row.item.id === id);
    if (at >= 0)
      this.#pending.splice(at, 1)[0].element.remove();
  }

  #regroup() {
    let last = null;
    for (const row of [...this.#settled, ...this.#pending]) {
      row.setContinues(last !== null && row.isOfSamePerson(last));
      last = row;
    }
  }

  #firstVisible() {
    const top = this.#scroller.scrollTop;
    return this.#settled.find(({ element }) => element.offsetTop + element.offsetHeight > top);
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
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight <= endSlackPx;
    if (this.#isAtEnd)
      this.#newCount = 0;
    this.#showNewer();
  }

  #showNewer() {
    this.#newer.hidden = this.#newCount === 0;
    if (this.#newCount > 0)
      this.#newer.textContent = `${this.#newCount} new`;
  }
}
