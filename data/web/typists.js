// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is writing, in which room, and since when. Pure: the time comes in.

// So long it is shown, and so often, at most, it is said of oneself.
export const typingMs = 5_000;
export const pauseMs = 3_000;

// The most that are known at once.
export const typistLimit = 500;

export class Typists {
  // By room and person, who said so last at the end: { topic, name, untilMs }.
  #typists = new Map();

  get deadlineMs() {
    return this.#typists.values().next().value?.untilMs ?? Infinity;
  }

  hear(topic, { from, name }, nowMs) {
    const key = `${from} ${topic}`;
    this.#typists.delete(key);
    this.#typists.set(key, { topic, name, untilMs: nowMs + typingMs });
    if (this.#typists.size > typistLimit)
      this.#typists.delete(this.#typists.keys().next().value);
  }

  // A message of theirs has come there: they have written it.
  forget(topic, from) {
    return this.#typists.delete(`${from} ${topic}`);
  }

  clear() {
    this.#typists.clear();
  }

  advance(nowMs) {
    while (this.deadlineMs <= nowMs)
      this.#typists.delete(this.#typists.keys().next().value);
  }

  // Their names, in an order that does not change with every sign.
  namesIn(topic) {
    return [...this.#typists].filter(([, typist]) => typist.topic === topic)
      .sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { name }]) => name);
  }
}
