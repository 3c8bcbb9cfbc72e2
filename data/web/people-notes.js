// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Which comings and goings are worth a note. The beginning of a connection tells
// of everybody, which is no news; and who comes back soon, because a phone was in
// a pocket or a page was loaded anew, was not away. Pure: the time comes in.

// Nothing is noted so soon after a connection stands.
export const quietMs = 2_000;
// Who is back within this was not away.
export const graceMs = 10_000;
// The most that are waited for.
export const goneLimit = 2_000;

export class PeopleNotes {
  #onNote;
  // By `from`, the first to be told of first: { name, deadlineMs, isQuiet }.
  #gone = new Map();
  #loudAtMs = Infinity;

  // `onNote` gets 'joined', 'left' or 'renamed', a name, and for the last the new one.
  constructor(onNote) {
    this.#onNote = onNote;
  }

  // When advance() has something to do; Infinity for never.
  get deadlineMs() {
    return this.#gone.values().next().value?.deadlineMs ?? Infinity;
  }

  // A connection stands. Who was here during the last one has the usual time to come back.
  begin(nowMs) {
    this.#loudAtMs = nowMs + quietMs;
    for (const gone of this.#gone.values())
      gone.deadlineMs = nowMs + graceMs;
  }

  // The connection is gone, and whoever leaves after this, too: none of that is noted.
  end() {
    this.#loudAtMs = Infinity;
    for (const gone of this.#gone.values())
      Object.assign(gone, { isQuiet: true, deadlineMs: Infinity });
  }

  join({ from, name }, nowMs) {
    this.advance(nowMs);
    const gone = this.#gone.get(from);
    this.#gone.delete(from);
    if (gone === undefined)
      this.#note(nowMs, 'joined', name);
    else if (gone.name !== name)
      this.#note(nowMs, 'renamed', gone.name, name);
  }

  leave({ from, name }, nowMs) {
    this.advance(nowMs);
    this.#gone.delete(from);
    this.#gone.set(from, {
      name,
      deadlineMs: this.#loudAtMs === Infinity ? Infinity : nowMs + graceMs,
      isQuiet: nowMs < this.#loudAtMs,
    });
    if (this.#gone.size > goneLimit)
      this.#tellFirst();
  }

  rename({ name }, formerName, nowMs) {
    this.#note(nowMs, 'renamed', formerName, name);
  }

  // Notes who has not come back.
  advance(nowMs) {
    while (this.deadlineMs <= nowMs)
      this.#tellFirst();
  }

  #note(nowMs, ...note) {
    if (nowMs >= this.#loudAtMs)
      this.#onNote(...note);
  }

  #tellFirst() {
    const [from, { name, isQuiet }] = this.#gone.entries().next().value;
    this.#gone.delete(from);
    if (!isQuiet)
      this.#onNote('left', name);
  }
}
