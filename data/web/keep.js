// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The browser's storage, which may be blocked, full or emptied at any moment:
// what it refuses is kept in memory, as long as the page lives.

const prefix = 'hubbub.';

export class Keep {
  #memory = new Map();
  #storage = null;

  // `open` returns the storage; merely touching it may throw.
  constructor(open) {
    try {
      this.#storage = open() ?? null;
      this.#storage?.getItem(prefix);
    } catch {
      this.#storage = null;
    }
  }

  get(key) {
    if (this.#memory.has(key))
      return this.#memory.get(key);
    try {
      return this.#storage?.getItem(prefix + key) ?? null;
    } catch {
      return null;
    }
  }

  // Returns whether the value will survive the page.
  set(key, value) {
    try {
      if (this.#storage !== null) {
        this.#storage.setItem(prefix + key, value);
        this.#memory.delete(key);
        return true;
      }
    } catch {
      // Blocked or full: memory takes it.
    }
    this.#memory.set(key, value);
    return false;
  }

  remove(key) {
    this.#memory.delete(key);
    try {
      this.#storage?.removeItem(prefix + key);
    } catch {
      // Nothing was kept there, then.
    }
  }

  // All keys that begin with `start`, in no particular order.
  keys(start) {
    const found = new Set([...this.#memory.keys()].filter((key) => key.startsWith(start)));
    try {
      for (let i = 0; i < (this.#storage?.length ?? 0); i += 1) {
        const key = this.#storage.key(i);
        if (key?.startsWith(prefix + start))
          found.add(key.slice(prefix.length));
      }
    } catch {
      // Only what memory knows.
    }
    return [...found];
  }
}
