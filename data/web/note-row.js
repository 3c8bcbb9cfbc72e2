// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A quiet line between the messages that tells who has come and gone, or several
// of them folded into one.

import { make } from './make.js';
import { noteText } from './note-item.js';

// A row of the table for it, with what the table asks of its rows.
export class NoteRow {
  #cell;
  #button = null;
  #lines = make('span', 'lines');
  #words = '';

  constructor(item) {
    this.item = item;
    this.element = make('tr', 'line note');
    this.element.setAttribute('role', 'row');
    // It is there for those who look; it is not read out when it comes.
    this.element.setAttribute('aria-live', 'off');
    this.#cell = make('td');
    this.#cell.setAttribute('role', 'cell');
    this.#cell.setAttribute('aria-colspan', '3');
    this.#cell.colSpan = 3;
    this.element.append(this.#cell);
    this.#lines.hidden = true;
    this.setState();
  }

  // The item may have changed: then it counts more.
  setState() {
    const words = noteText(this.item);
    if (words === this.#words)
      return;
    this.#words = words;
    if (this.item.lines.length < 2) {
      this.#cell.textContent = words;
      return;
    }
    if (this.#button === null) {
      this.#button = make('button', 'fold');
      this.#button.type = 'button';
      this.#button.setAttribute('aria-expanded', 'false');
      this.#button.addEventListener('click', () => {
        this.#lines.hidden = !this.#lines.hidden;
        this.#button.setAttribute('aria-expanded', String(!this.#lines.hidden));
      });
      this.#cell.replaceChildren(this.#button, this.#lines);
    }
    this.#button.textContent = words;
    this.#lines.textContent = this.item.lines.join('\n');
  }

  showTime() {}

  setContinues() {}

  setSuffix() {}

  setReader() {}
}
