// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Dates and times in the language that the page speaks, which is not known yet
// when the scripts are read. To make a format is slow: each is made once.

import { locale } from './words.js';

export class Dates {
  #options;
  #format = null;
  #locale;

  constructor(options) {
    this.#options = options;
  }

  format(time) {
    if (this.#format === null || this.#locale !== locale()) {
      this.#locale = locale();
      this.#format = new Intl.DateTimeFormat(this.#locale, this.#options);
    }
    return this.#format.format(time);
  }
}
