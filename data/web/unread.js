// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How many messages have come while nobody looked, in the title.

export class Unread {
  #count = 0;
  #title = document.title;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible')
        this.#show(0);
    });
  }

  add() {
    if (document.visibilityState !== 'visible')
      this.#show(this.#count + 1);
  }

  #show(count) {
    this.#count = count;
    document.title = count === 0 ? this.#title : `(${count}) ${this.#title}`;
  }
}
