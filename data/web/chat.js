// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The chat between connection, outbox and table: what is written goes into the
// outbox and the table first, then to the host; what the host delivers is shown
// once.

import { newMessageId } from './ids.js';
import { composePayload, parsePayload, payloadBytes, presentable, shownTime, sizeInBytes } from './payload.js';

const seenIds = 4_000;
// A message at which the host hangs up so often, at once, is not sent again by
// itself: it would keep all others from being sent.
const breakLimit = 4;
const atOnceMs = 5_000;

export class Chat {
  #connection;
  #outbox;
  #log;
  #from;
  #onUnread;
  #seen = new Set();
  #retained = null;
  #inFlight = new Map();

  // `onUnread` is called for each message of somebody else.
  constructor({ connection, outbox, log, from, onUnread }) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#log = log;
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
    if (bytes > payloadBytes)
      return `This message is too long: ${bytes} bytes, and the host takes ${payloadBytes}.`;
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
      return;
    }
    if (this.#connection.reason === 'lost')
      this.#countBreak();
    this.#inFlight.clear();
    this.#log.settleAcknowledged();
  }

  receive(topic, bytes, isRetained) {
    const parsed = parsePayload(bytes);
    if (parsed.kind === 'none')
      return;
    const text = parsed.message.replace(/\r\n?/g, '\n');
    if (this.#isKnown(topic, parsed.id, text, isRetained))
      return;
    const isOwn = parsed.from === this.#from;
    this.#log.add({
      kind: parsed.kind,
      name: parsed.name,
      text,
      from: parsed.from,
      id: parsed.id,
      isOwn,
      timeMs: shownTime(parsed.timeMs, Date.now()),
      state: isOwn ? 'sent' : '',
    });
    if (!isOwn)
      this.#onUnread();
  }

  #show(message) {
    this.#log.addPending({
      kind: 'chat',
      name: message.name,
      text: message.message,
      from: message.from,
      id: message.id,
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

  // Whether this very message is held already: one that was sent again, or a
  // retained one that comes with each subscription.
  #isKnown(topic, id, text, isRetained) {
    if (id === null) {
      if (!isRetained)
        return false;
      const isSame = this.#retained === text || this.#log.hasAnonymous(text);
      this.#retained = text;
      return isSame;
    }
    const key = `${topic} ${id}`;
    if (this.#seen.has(key))
      return true;
    this.#seen.add(key);
    if (this.#seen.size > seenIds)
      this.#seen.delete(this.#seen.values().next().value);
    return false;
  }
}
