// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages that the host has not acknowledged yet, in the order in which they
// were written, each with the topic of its room. They survive a reload, and go out again with the same id.

import { everyone } from './room-names.js';

export const outboxMessages = 500;
export const outboxChars = 8_000_000;

const keyStart = 'outbox.';

export class Outbox {
  #keep;
  #entries = new Map();
  #chars = 0;
  #next = 1;

  constructor(keep) {
    this.#keep = keep;
    this.#load();
  }

  #load() {
    const numbers = this.#keep.keys(keyStart)
      .map((key) => Number(key.slice(keyStart.length)))
      .filter((number) => Number.isSafeInteger(number) && number > 0)
      .sort((a, b) => a - b);
    for (const number of numbers) {
      const message = this.#read(keyStart + number);
      if (message !== null && !this.#entries.has(message.id))
        this.#insert(number, message, true);
      this.#next = number + 1;
    }
  }

  #read(key) {
    try {
      const message = JSON.parse(this.#keep.get(key));
      message.topic ??= everyone;
      const isWhole = ['topic', 'id', 'name', 'message', 'from']
        .every((field) => typeof message[field] === 'string') &&
        Number.isFinite(message.timeMs);
      return isWhole ? message : null;
    } catch {
      return null;
    }
  }

  #insert(number, message, isKept) {
    this.#entries.set(message.id, { key: keyStart + number, message, isKept, breaks: 0, hasFailed: false });
    this.#chars += message.message.length;
  }

  get messages() {
    return [...this.#entries.values()].map((entry) => entry.message);
  }

  get size() {
    return this.#entries.size;
  }

  // Whether closing the page now would lose one.
  get wouldLose() {
    return [...this.#entries.values()].some((entry) => !entry.isKept);
  }

  // The message of this id, or null.
  get(id) {
    return this.#entries.get(id)?.message ?? null;
  }

  has(id) {
    return this.#entries.has(id);
  }

  hasRoomFor(message) {
    return this.#entries.size < outboxMessages &&
      this.#chars + message.message.length <= outboxChars;
  }

  add(message) {
    const number = this.#next;
    this.#next += 1;
    this.#insert(number, message, this.#keep.set(keyStart + number, JSON.stringify(message)));
  }

  remove(id) {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      return false;
    this.#entries.delete(id);
    this.#chars -= entry.message.message.length;
    this.#keep.remove(entry.key);
    return true;
  }

  // The host hung up while this one was under way. Returns how often by now.
  countBreak(id) {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      return 0;
    entry.breaks += 1;
    return entry.breaks;
  }

  hasFailed(id) {
    return this.#entries.get(id)?.hasFailed ?? false;
  }

  // A failed message stays here, but is not sent until it is tried again.
  setFailed(id, hasFailed) {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      return;
    entry.hasFailed = hasFailed;
    entry.breaks = 0;
  }
}
