// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Asks the host for messages of its log. What comes back is believed only as
// far as it has the right form and a bearable size.

const answerBytes = 32_000_000;
const patienceMs = 20_000;

// What a Date can be.
const timeLimitMs = 8.64e15;

// A host of another kind, or one that does not want to answer us: not asked again.
export class NoArchive extends Error {}

// The answer would be larger than what is read: ask for less.
export class TooLarge extends Error {}

// Throws NoArchive where it is no use to ask again, and another error where it is.
export function checkStatus({ ok, status }) {
  if (status >= 400 && status < 500 && status !== 429)
    throw new NoArchive();
  if (!ok)
    throw new Error(`HTTP ${status}`);
}

// The text of an answer. Throws TooLarge.
export async function readText(response) {
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let bytes = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done)
      return text + decoder.decode();
    bytes += value.length;
    if (bytes > answerBytes) {
      reader.cancel().catch(() => {});
      throw new TooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

function payloadBytes({ payload, payload_base64: base64 }) {
  if (typeof payload === 'string')
    return new TextEncoder().encode(payload);
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

// One message of an answer, or null for what is none.
function readMessage(one) {
  const isWhole = Number.isSafeInteger(one?.seq) && one.seq > 0 &&
    Number.isFinite(one.time) && Math.abs(one.time) <= timeLimitMs &&
    typeof one.topic === 'string' &&
    (typeof one.payload === 'string' || typeof one.payload_base64 === 'string');
  if (!isWhole)
    return null;
  try {
    return { seq: one.seq, timeMs: one.time, topic: one.topic, bytes: payloadBytes(one) };
  } catch {
    return null;
  }
}

/*
 * Reads an answer: { log, messages: [{ seq, timeMs, topic, bytes }], more, before }, in
 * the order of the log. `before` is the number to go on searching with, or null at the
 * end: a search that has read much, and found nothing yet, tells it without a message.
 * Throws NoArchive for what is none. Pure.
 */
export function readAnswer(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoArchive();
  }
  if (typeof value?.log !== 'string' || value.log === '' || !Array.isArray(value.messages))
    throw new NoArchive();
  const messages = value.messages.map(readMessage).filter((one) => one !== null)
    .sort((a, b) => a.seq - b.seq);
  const hasMore = value.more === true;
  const before = Number.isSafeInteger(value.before) && value.before > 0 ? value.before : messages.at(0)?.seq ?? null;
  return { log: value.log, messages, more: hasMore && messages.length > 0, before: hasMore ? before : null };
}

async function ask(url, params, signal, headers) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined)
      query.set(name, value);
  }
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  const abort = () => late.abort();
  signal.addEventListener('abort', abort);
  try {
    const response = await fetch(`${url}?${query}`, { signal: late.signal, cache: 'no-store', headers });
    checkStatus(response);
    return readAnswer(await readText(response));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

export class Archive {
  #url;
  #topic;
  #headers;

  // `headers` returns what the host wants to know of who asks.
  constructor({ url, topic, headers = () => ({}) }) {
    this.#url = url;
    this.#topic = topic;
    this.#headers = headers;
  }

  // Asks for at most `limit` messages: those before or after a number, the first
  // since a time, in milliseconds, or the newest.
  ask({ limit, before, after, since }, signal) {
    return ask(this.#url, { topic: this.#topic, limit, before, after, since }, signal, this.#headers());
  }
}

// Asks for the newest `limit` messages that have the words of `q` in them, before a number.
export function search({ q, topic, limit, before }, signal, headers) {
  return ask('/api/search', { q, topic, limit, before }, signal, headers);
}
