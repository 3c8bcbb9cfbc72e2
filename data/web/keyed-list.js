// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A list whose rows stay the same elements while what they show changes, so that
// neither the focus nor the place of the reader is lost.

export class KeyedList {
  #element;
  #make;
  #rows = new Map();

  // `make` gets a key and returns { element, show }; `show` gets what the row says.
  constructor(element, make) {
    this.#element = element;
    this.#make = make;
  }

  // Shows these, in order: an array of [key, what the row says].
  show(entries) {
    const wanted = new Set(entries.map(([key]) => key));
    for (const [key, { element }] of this.#rows) {
      if (!wanted.has(key)) {
        element.remove();
        this.#rows.delete(key);
      }
    }
    let next = this.#element.firstElementChild;
    for (const [key, value] of entries) {
      const row = this.#rowOf(key);
      row.show(value);
      if (row.element === next)
        next = next.nextElementSibling;
      else
        this.#element.insertBefore(row.element, next);
    }
  }

  #rowOf(key) {
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#make(key);
      this.#rows.set(key, row);
    }
    return row;
  }
}
