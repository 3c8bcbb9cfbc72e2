// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The order of the messages that were delivered. Pure: no page, no clock.
//
// Messages of the log stand by their number in it. One without a number (the
// host does not record it) stands where it arrived: behind the newest number
// that was known then. A log that begins anew stands behind all of the former.

// Where a message stands that came before any number was known.
const unknown = Infinity;

function compare(a, b) {
  return a.place.log - b.place.log || a.place.at - b.place.at;
}

export class Timeline {
  #items = [];
  #byId = new Map();
  #chars = 0;
  #log = 0;
  #newest = null;

  get items() {
    return this.#items;
  }

  get chars() {
    return this.#chars;
  }

  // The lowest and the highest number of the present log that are held, or null.
  get firstSeq() {
    return this.#items.find((item) => this.#isNumbered(item))?.seq ?? null;
  }

  get lastSeq() {
    return this.#items.findLast((item) => this.#isNumbered(item))?.seq ?? null;
  }

  #isNumbered(item) {
    return item.seq !== null && item.place.log === this.#log;
  }

  // What comes from now on is of another log.
  beginLog() {
    this.#log += 1;
    this.#newest = null;
  }

  /*
   * Puts a message in its place. It has `id` and `seq`, which may be null,
   * `topic` and `text`. Returns 'added', or 'known' when it is held already; 'placed'
   * when it is, and has learnt its number just now.
   */
  add(item) {
    return this.#insert(item, (item.seq ?? 0) - 0.5);
  }

  // The same for a part of the history, which is in order. Returns how many were added.
  addPast(items) {
    const newest = items.at(-1)?.seq;
    let added = 0;
    for (const item of items)
      added += this.#insert(item, newest + 0.5) === 'added' ? 1 : 0;
    return added;
  }

  // What came before any number was known gets its place as soon as one is.
  #insert(item, looseAt) {
    const held = this.#findHeld(item);
    if (held !== null && (item.seq === null || held.seq !== null))
      return 'known';
    if (held !== null)
      this.#take(held);

    const { seq } = item;
    if (seq !== null && this.#newest === null)
      this.#fasten(looseAt);
    if (seq !== null)
      this.#newest = Math.max(this.#newest ?? 0, seq);
    const one = held ?? item;
    one.seq = seq;
    one.place = { log: this.#log, at: seq ?? (this.#newest === null ? unknown : this.#newest + 0.5) };

    let at = this.#items.length;
    while (at > 0 && compare(this.#items[at - 1], one) > 0)
      at -= 1;
    this.#items.splice(at, 0, one);
    this.#chars += one.text.length;
    if (one.id !== null)
      this.#byId.set(`${one.topic} ${one.id}`, one);
    return held === null ? 'added' : 'placed';
  }

  #fasten(at) {
    for (let i = this.#items.length - 1; i >= 0 && this.#items[i].place.at === unknown; i -= 1) {
      if (this.#items[i].place.log === this.#log)
        this.#items[i].place.at = at;
    }
  }

  // The item that is this message: of the same id, or of the same number. A
  // retained message, which a host may have forgotten the number of, is told
  // by its text.
  #findHeld(item) {
    const named = item.id === null ? undefined : this.#byId.get(`${item.topic} ${item.id}`);
    if (named !== undefined || item.seq === null)
      return named ?? null;
    const numbered = this.findSeq(item.seq);
    if (numbered !== null || item.id !== null)
      return numbered;
    return this.#items.find((one) => one.isRetained === true && one.seq === null && one.id === null &&
      one.text === item.text && one.topic === item.topic) ?? null;
  }

  // The item of this number of the present log, or null.
  findSeq(seq) {
    let low = 0;
    let high = this.#items.length;
    const wanted = { place: { log: this.#log, at: seq } };
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#items[middle], wanted) < 0)
        low = middle + 1;
      else
        high = middle;
    }
    const found = this.#items[low];
    return found !== undefined && compare(found, wanted) === 0 ? found : null;
  }

  #forget(item) {
    this.#chars -= item.text.length;
    if (item.id !== null)
      this.#byId.delete(`${item.topic} ${item.id}`);
  }

  #take(item) {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#forget(item);
  }

  holds(topic, id) {
    return this.#byId.has(`${topic} ${id}`);
  }

  // Drops all; the log stays the same.
  clear() {
    this.#items.splice(0).forEach((item) => this.#forget(item));
  }

  // Drops what stands before this number of the present log.
  dropBefore(seq) {
    const wanted = { place: { log: this.#log, at: seq } };
    const count = this.#items.findIndex((item) => compare(item, wanted) >= 0);
    this.#items.splice(0, count < 0 ? this.#items.length : count).forEach((item) => this.#forget(item));
  }

  // Drops what stands behind this number of the present log.
  dropAfter(seq) {
    while (this.#items.length > 0 && compare(this.#items.at(-1), { place: { log: this.#log, at: seq } }) > 0)
      this.#forget(this.#items.pop());
  }

  // Drops from the top, or from the end, what is more than this; one stays.
  // Returns whether one was dropped that the log has.
  trim(rows, chars, isFromEnd) {
    let hasDropped = false;
    while (this.#items.length > 1 && (this.#items.length > rows || this.#chars > chars)) {
      const item = isFromEnd ? this.#items.pop() : this.#items.shift();
      hasDropped ||= this.#isNumbered(item);
      this.#forget(item);
    }
    return hasDropped;
  }
}
