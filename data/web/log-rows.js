// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The rows of the table of messages, and the lines between them: made for the
// items that are shown, kept as long as they are, and told apart by their names.

import { arrange, dayWords } from './lines.js';
import { sharedNames, suffixOf } from './names.js';
import { NoteRow } from './note-row.js';
import { Row, makeLine } from './row.js';
import { say } from './words.js';

export class LogRows {
  #body;
  #onRetry;
  #onLeft;
  #rows = new Map();
  #lines = new Map();

  /*
   * `onRetry` is called with the id of an own message that is to be tried again,
   * `onLeft` before a row is removed that the focus is in.
   */
  constructor({ body, onRetry, onLeft }) {
    this.#body = body;
    this.#onRetry = onRetry;
    this.#onLeft = onLeft;
  }

  clear() {
    this.#rows.clear();
    this.#lines.clear();
    this.#body.replaceChildren();
  }

  // The row of this item, or undefined.
  of(item) {
    return this.#rows.get(item);
  }

  // Whose row this element is, or undefined.
  itemOf(element) {
    return [...this.#rows.values()].find((row) => row.element === element)?.item;
  }

  /*
   * Makes the table what `items` say: `firstNew` is the place of the first new one,
   * or -1; `people`, as { name, from }, are those whose names are told apart too;
   * `reader` is the reader's own name. No more than the `most` newest of the missing
   * rows are made. Returns whether older ones are missing still.
   *
   * What stands right already is not moved, so that it is not read twice.
   */
  draw(items, { firstNew, people, reader, most }) {
    const missing = items.filter((item) => !this.#rows.has(item));
    const later = new Set(missing.slice(0, Math.max(missing.length - most, 0)));
    const shared = sharedNames([...items, ...people]);
    const arranged = arrange(items, firstNew).filter(({ item }) => !later.has(item));
    const elements = this.#elementsOf(arranged, shared, reader);
    const wanted = new Set(elements);
    for (const held of [this.#rows, this.#lines]) {
      for (const [key, { element }] of held) {
        if (!wanted.has(element)) {
          this.#remove(element);
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
    return later.size > 0;
  }

  #remove(element) {
    if (element.contains(document.activeElement))
      this.#onLeft();
    element.remove();
  }

  // The rows, and the lines between them.
  #elementsOf(arranged, shared, reader) {
    const nowMs = Date.now();
    const elements = [];
    const days = new Map();
    for (const { item, day, isNew, continues } of arranged) {
      if (day !== null) {
        // A clock that went back makes the same day begin twice.
        const time = (days.get(day) ?? 0) + 1;
        days.set(day, time);
        elements.push(this.#lineOf(`day ${day} ${time}`, 'day', dayWords(item.timeMs, nowMs)));
      }
      if (isNew)
        elements.push(this.#lineOf('new', 'new', say('New')));
      const row = this.#rowOf(item);
      if (item.kind === 'note')
        row.setState();
      row.setContinues(continues);
      row.setSuffix(!item.isOwn && shared.has(item.name) ? suffixOf(item.from) : '');
      row.setReader(reader);
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
      row = item.kind === 'note' ? new NoteRow(item) : new Row(item, this.#onRetry);
      this.#rows.set(item, row);
    }
    return row;
  }
}
