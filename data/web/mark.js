// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How far somebody has read: what stands behind the mark is new. Pure.

export class Mark {
  // The last item that was read, as long as it is held, and its number.
  #item = null;
  #seq = null;

  // All of these items have been read, and nothing else.
  setAtEnd(items) {
    this.#item = items.at(-1) ?? null;
    this.#seq = items.findLast(({ seq }) => seq !== null)?.seq ?? null;
  }

  // The first number that is new.
  setFirstNew(seq) {
    this.#item = null;
    this.#seq = seq - 1;
  }

  clear() {
    this.#item = null;
    this.#seq = null;
  }

  // The numbers begin anew.
  beginLog() {
    this.#seq = null;
  }

  /*
   * Where the first new one stands, or -1. Own ones are never new; and where
   * nothing is held that was read, nobody knows whether there are more above.
   */
  firstNew(items) {
    const at = this.#item === null ? -1 : items.indexOf(this.#item);
    const isBehind = (item, index) => (at < 0 ? this.#seq !== null && item.seq > this.#seq : index > at);
    const first = items.findIndex((item, index) => isBehind(item, index) && !item.isOwn && item.kind !== 'note');
    return first > 0 || items[first]?.seq === this.#seq + 1 ? first : -1;
  }
}
