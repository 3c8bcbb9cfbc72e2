// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What happened in the rooms while the page was away: asks the host which rooms
// its log has, and how much was said in those that were entered and are not
// shown. What has no answer is not known, and nothing is said of it.

import { checkStatus, NoArchive, readText, TooLarge } from './archive.js';

const patienceMs = 20_000;
const countedMessages = 1_000;

// A host that is busy is asked again.
const firstWaitMs = 2_000;
const longestWaitMs = 60_000;

// Reads a list of topics: [{ topic, lastSeq }]. Throws NoArchive for what is none. Pure.
export function readTopics(text) {
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    throw new NoArchive();
  }
  if (!Array.isArray(list))
    throw new NoArchive();
  return list
    .filter((one) => typeof one?.topic === 'string' && Number.isSafeInteger(one.last_seq) && one.last_seq > 0)
    .map(({ topic, last_seq: lastSeq }) => ({ topic, lastSeq }));
}

async function askTopics(url, signal, headers) {
  const response = await fetch(url, { signal, cache: 'no-store', headers });
  checkStatus(response);
  return readTopics(await readText(response));
}

// Where messages are long, fewer of them are counted; and none where that is not known.
async function count(room, lastSeq, limit, signal) {
  try {
    await room.countMissed(lastSeq, limit, signal);
  } catch (error) {
    if (!(error instanceof TooLarge))
      return;
    if (limit > 1)
      await count(room, lastSeq, Math.ceil(limit / 10), signal);
  }
}

export class Away {
  #url;
  #rooms;
  #headers;
  #abort = null;

  // `headers` returns what the host wants to know of who asks.
  constructor({ url, rooms, headers }) {
    this.#url = url;
    this.#headers = headers;
    this.#rooms = rooms;
  }

  // The subscription stands.
  async begin() {
    this.end();
    const abort = new AbortController();
    this.#abort = abort;
    const topics = await this.#askPatiently(abort.signal);
    topics.forEach(({ topic }) => this.#rooms.know(topic));
    for (const { topic, lastSeq } of topics) {
      const room = this.#rooms.get(topic);
      if (abort.signal.aborted)
        return;
      if (room !== null)
        await count(room, lastSeq, countedMessages, abort.signal);
    }
  }

  // The connection is gone.
  end() {
    this.#abort?.abort();
    this.#abort = null;
  }

  // Somebody wants to see which rooms there are now.
  async look() {
    if (this.#abort === null)
      return;
    try {
      const topics = await this.#ask(this.#abort.signal);
      topics.forEach(({ topic }) => this.#rooms.know(topic));
    } catch {
      // What is known stays.
    }
  }

  // Nothing when the host has no such list, or is gone.
  async #askPatiently(signal) {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      try {
        return await this.#ask(signal);
      } catch (error) {
        if (error instanceof NoArchive || error instanceof TooLarge || signal.aborted)
          return [];
      }
      await new Promise((resolve) => { setTimeout(resolve, waitMs); });
      if (signal.aborted)
        return [];
    }
  }

  async #ask(signal) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), patienceMs);
    const abort = () => late.abort();
    signal.addEventListener('abort', abort);
    try {
      return await askTopics(this.#url, late.signal, this.#headers());
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}
