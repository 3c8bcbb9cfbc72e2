// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A search in what the host has recorded, newest first, in portions; and where
// there is none, in what is held. Knows nothing of the page.

import { NoArchive, TooLarge } from './archive.js';
import { hasHit } from './excerpt.js';

export const portion = 50;

// The host takes no longer ones.
const queryBytes = 256;

export class Search {
  #archive;
  #readItem;
  #held;
  #onChange;
  #abort = null;
  #before = null;

  query = '';
  filter = '';
  // items with their `topic`, newest first
  results = [];
  // 'idle', 'asking', 'done', 'failed', or 'long' when the query is too long
  state = 'idle';
  // whether there are more
  hasMore = false;
  // whether only what is held was searched, since the host has no search
  isLocal = false;

  /*
   * `archive` has search(query, signal); `readItem` makes an item of a message of it,
   * or null; `held` returns the items that are held of a filter; `onChange` is
   * called after anything above has changed.
   */
  constructor({ archive, readItem, held, onChange }) {
    this.#archive = archive;
    this.#readItem = readItem;
    this.#held = held;
    this.#onChange = onChange;
  }

  // Begins anew; a query of blanks finds nothing and asks nobody.
  start(query, filter) {
    this.#abort?.abort();
    this.query = query.trim();
    this.filter = filter;
    this.results = [];
    this.hasMore = false;
    this.isLocal = false;
    this.#before = null;
    if (this.query === '' || new TextEncoder().encode(this.query).length > queryBytes) {
      this.state = this.query === '' ? 'idle' : 'long';
      this.#abort = null;
      this.#onChange();
      return;
    }
    this.#ask(portion);
  }

  // The next ones, if there are any.
  more() {
    if (this.hasMore && this.state !== 'asking')
      this.#ask(portion);
  }

  async #ask(limit) {
    const abort = new AbortController();
    this.#abort = abort;
    this.state = 'asking';
    this.#onChange();
    let answer;
    try {
      answer = await this.#archive.search(
        { q: this.query, topic: this.filter, limit, before: this.#before ?? undefined }, abort.signal);
    } catch (error) {
      if (this.#abort === abort)
        this.#fail(limit, error);
      return;
    }
    if (this.#abort !== abort)
      return;
    this.results.push(...answer.messages.map((message) => this.#readItem(message)).filter((item) => item !== null).reverse());
    this.hasMore = answer.before !== null && answer.before < (this.#before ?? Infinity);
    this.#before = answer.before;
    this.state = 'done';
    this.#onChange();
  }

  #fail(limit, error) {
    if (error instanceof TooLarge && limit > 1) {
      this.#ask(Math.ceil(limit / 10));
      return;
    }
    this.hasMore = false;
    this.state = 'failed';
    if (error instanceof NoArchive && this.results.length === 0) {
      this.isLocal = true;
      this.results = this.#held(this.filter).filter((item) => hasHit(this.query, item)).reverse();
      this.state = 'done';
    }
    this.#onChange();
  }
}
