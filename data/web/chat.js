// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The chat between connection, outbox, history and table: what is written goes
// into the outbox and the table first, then to the host; what the host delivers,
// live or of its log, is shown once.

import { newMessageId } from './ids.js';
import { composePayload, headBytes, parsePayload, payloadBytes, presentable, shownTime, sizeInBytes } from './payload.js';
import { readStamp } from './stamp.js';

const seenIds = 4_000;
// A message at which the host hangs up so often, at once, is not sent again by
// itself: it would keep all others from being sent.
const breakLimit = 4;
const atOnceMs = 5_000;

export class Chat {
  #topic;
  #connection;
  #outbox;
  #log;
  #history;
  #past;
  #from;
  #onUnread;
  #seen = new Set();
  #retained = null;
  #inFlight = new Map();

  // `onUnread` is called for each message of somebody else.
  constructor({ topic, connection, outbox, log, history, past, from, onUnread }) {
    this.#topic = topic;
    this.#connection = connection;
    this.#outbox = outbox;
    this.#log = log;
    this.#history = history;
    this.#past = past;
    this.#from = from;
    this.#onUnread = onUnread;
    for (const message of outbox.messages)
      this.#show(message);
  }

  // Takes a message; returns '' or, in plain words, why not.
  publish(name, text) {
    const message = {
      name: presentable(name.trim()),
      message: presentable(text),
      from: this.#from,
      id: newMessageId(),
      timeMs: Date.now(),
    };
    const bytes = sizeInBytes(composePayload(message));
    const limit = Math.min(payloadBytes, this.#connection.packetBytes - headBytes);
    if (bytes > limit)
      return `This message is too long: ${bytes} bytes, and the host takes ${limit}.`;
    if (!this.#outbox.hasRoomFor(message))
      return 'Too many messages are waiting already. Your text stays here until they are sent.';

    this.#outbox.add(message);
    this.#show(message);
    if (this.#connection.isConnected)
      this.#send(message);
    return '';
  }

  retry(id) {
    this.#outbox.setFailed(id, false);
    this.#log.setState(id, 'waiting');
    const message = this.#outbox.messages.find((waiting) => waiting.id === id);
    if (message !== undefined && this.#connection.isConnected)
      this.#send(message);
  }

  // The connection is there again, or gone.
  noticeState() {
    if (this.#connection.isConnected) {
      for (const message of this.#outbox.messages) {
        if (!this.#outbox.hasFailed(message.id))
          this.#send(message);
      }
      this.#past.begin();
      return;
    }
    this.#past.end();
    if (this.#connection.reason === 'lost')
      this.#countBreak();
    this.#inFlight.clear();
    this.#log.settleAcknowledged();
  }

  receive(topic, bytes, isRetained, properties) {
    const stamp = readStamp(properties);
    const item = this.#read({ topic, bytes, isRetained, ...stamp });
    if (item === null)
      return;
    const isShown = stamp === null || this.#hear(stamp);
    if (this.#isOld(item))
      return;
    if (isShown || this.#isWaiting(item)) {
      if (!this.#log.add(item))
        return;
    } else if (this.#history.hasNewer) {
      this.#log.countNew();
    }
    if (!item.isOwn)
      this.#onUnread();
  }

  // An answer of the archive came.
  takePast({ kind }, result, messages) {
    if (result.isNewLog)
      this.#log.beginLog();
    if (result.dropsBefore !== null)
      this.#log.dropBefore(result.dropsBefore);
    if (result.isTaken) {
      const items = messages.map((message) => this.#read(message)).filter((item) => item !== null);
      items.filter(({ isOwn }) => isOwn).forEach(({ id }) => this.#outbox.remove(id));
      this.#log.addPast(items, kind === 'older');
    }
    this.#log.setDetached(this.#history.hasNewer);
  }

  // Makes a row's item of a message, live or of the log; null for what makes none.
  #read({ topic, bytes, isRetained = false, seq = null, timeMs = null }) {
    const parsed = parsePayload(bytes);
    if (parsed.kind === 'none')
      return null;
    const isOwn = parsed.from === this.#from;
    return {
      kind: parsed.kind,
      topic,
      name: parsed.name,
      text: parsed.message.replace(/\r\n?/g, '\n'),
      from: parsed.from,
      id: parsed.id,
      seq,
      isOwn,
      isRetained,
      timeMs: timeMs ?? shownTime(parsed.timeMs, Date.now()),
      state: isOwn ? 'sent' : '',
    };
  }

  // Returns whether what came live belongs to what is shown.
  #hear({ log, seq }) {
    const { isNewLog, isShown, question } = this.#history.hear(log, seq);
    if (isNewLog) {
      this.#log.beginLog();
      this.#log.setDetached(false);
    }
    this.#past.ask(question);
    return isShown;
  }

  #show(message) {
    this.#log.addPending({
      kind: 'chat',
      topic: this.#topic,
      name: message.name,
      text: message.message,
      from: message.from,
      id: message.id,
      seq: null,
      isOwn: true,
      timeMs: message.timeMs,
      state: 'waiting',
    });
  }

  #send(message) {
    this.#inFlight.set(message.id, performance.now());
    this.#connection.publish(composePayload(message), (isSent) => {
      if (!isSent)
        return;
      this.#inFlight.delete(message.id);
      if (this.#outbox.remove(message.id))
        this.#log.setState(message.id, 'sent');
    });
  }

  // Only the oldest one under way can be what the host hung up at.
  #countBreak() {
    const [id, sentMs] = this.#inFlight.entries().next().value ?? [];
    if (id === undefined || performance.now() - sentMs > atOnceMs)
      return;
    if (this.#outbox.countBreak(id) >= breakLimit) {
      this.#outbox.setFailed(id, true);
      this.#log.setState(id, 'failed');
    }
  }

  #isWaiting({ id }) {
    return id !== null && this.#outbox.has(id);
  }

  // Whether this very message was shown before: one that was sent again after
  // its row was dropped, or a retained one that comes with each subscription.
  // What is held the table knows.
  #isOld({ topic, id, seq, text, isRetained }) {
    if (id === null) {
      if (!isRetained || seq !== null)
        return false;
      const isSame = this.#retained === text || this.#log.hasAnonymous(text);
      this.#retained = text;
      return isSame;
    }
    const key = `${topic} ${id}`;
    if (this.#seen.has(key))
      return !this.#log.holds(topic, id);
    this.#seen.add(key);
    if (this.#seen.size > seenIds)
      this.#seen.delete(this.#seen.values().next().value);
    return false;
  }
}
