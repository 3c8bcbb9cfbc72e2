// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The chat between connection, outbox and rooms: what is written goes into the
// outbox and its room first, then to the host; what the host delivers goes to
// the room of its topic.

import { newMessageId } from './ids.js';
import { pendingItem, readItem } from './item.js';
import { composePayload, excessWords, headBytes, payloadBytes, presentable, sizeInBytes } from './payload.js';
import { everyone, nameOf } from './room-names.js';
import { readStamp } from './stamp.js';
import { say } from './words.js';

// A message at which the host hangs up so often, at once, is not sent again by
// itself: it would keep all others from being sent.
const breakLimit = 4;
const atOnceMs = 5_000;

// More than a message has besides its texts, and the most that JSON makes of one unit of them.
const composedChars = 200;
const escapeChars = 6;

export class Chat {
  #connection;
  #outbox;
  #rooms;
  #from;
  #onMessage;
  #inFlight = new Map();

  // `onMessage` is called with the room, the item, and whether it is news of somebody
  // else, for what comes live in a room that was entered.
  constructor({ connection, outbox, rooms, from, onMessage }) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#rooms = rooms;
    this.#from = from;
    this.#onMessage = onMessage;
    for (const message of outbox.messages)
      this.#contentsOf(message)?.addPending(pendingItem(message));
  }

  // Takes a message for the room that is shown; returns '' or, in plain words, why not.
  publish(name, text) {
    const room = this.#rooms.current;
    if (room.isReadOnly)
      return say('This room is only shown here.');
    if (this.#connection.isLesser && room.topic !== everyone)
      return say('The host does not let this page read rooms: only Everyone works.');
    const message = {
      topic: room.topic,
      name: presentable(name.trim()),
      message: presentable(text),
      from: this.#from,
      id: newMessageId(),
      timeMs: Date.now(),
    };
    const excess = this.excessOf(name, text);
    if (excess > 0)
      return `${excessWords(excess)}.`;
    if (!this.#outbox.hasRoomFor(message))
      return say('Too many messages are waiting already. Your text stays here until they are sent.');

    this.#outbox.add(message);
    room.contents.addPending(pendingItem(message));
    if (this.#connection.isConnected)
      this.#send(message);
    return '';
  }

  // How many bytes longer a message would be than what the host takes; 0 if it is not.
  excessOf(name, text) {
    const limit = Math.min(payloadBytes, this.#connection.packetBytes - headBytes);
    // Most are so short that they need not be counted.
    if ((name.length + text.length + composedChars) * escapeChars <= limit)
      return 0;
    const message = { name: name.trim(), message: text, from: this.#from, id: newMessageId(), timeMs: Date.now() };
    return Math.max(sizeInBytes(composePayload(message)) - limit, 0);
  }

  retry(id) {
    const message = this.#outbox.get(id);
    if (message === null)
      return;
    this.#outbox.setFailed(id, false);
    this.#contentsOf(message)?.setState(id, 'waiting');
    if (this.#connection.isConnected)
      this.#send(message);
  }

  // The connection is there again, or gone.
  noticeState() {
    if (this.#connection.isConnected) {
      for (const message of this.#outbox.messages) {
        if (!this.#outbox.hasFailed(message.id))
          this.#send(message);
      }
      this.#rooms.entered.forEach((room) => room.begin());
      return;
    }
    if (this.#connection.reason === 'lost')
      this.#countBreak();
    this.#inFlight.clear();
    this.#rooms.entered.forEach((room) => room.end());
  }

  // A room was entered: what waits in it is shown, and what was said in it.
  beginRoom(room) {
    for (const message of this.#outbox.messages.filter(({ topic }) => topic === room.topic)) {
      room.contents.addPending(pendingItem(message, this.#outbox.hasFailed(message.id) ? 'failed' : 'waiting'));
    }
    if (this.#connection.isConnected)
      room.begin();
  }

  receive(topic, bytes, isRetained, properties) {
    if (nameOf(topic) === null)
      return;
    const room = this.#rooms.get(topic);
    if (room === null) {
      this.#rooms.know(topic);
      return;
    }
    const stamp = readStamp(properties);
    const item = readItem({ topic, bytes, isRetained, ...stamp }, this.#from);
    if (item === null)
      return;
    const isNews = room.receive(item, stamp, item.id !== null && this.#outbox.has(item.id));
    this.#onMessage(room, item, isNews);
  }

  #contentsOf({ topic }) {
    return this.#rooms.get(topic)?.contents;
  }

  #send(message) {
    this.#inFlight.set(message.id, performance.now());
    this.#connection.publish(message.topic, composePayload(message), (isSent, isRefused) => {
      if (!isSent && !isRefused)
        return;
      this.#inFlight.delete(message.id);
      if (isRefused)
        this.#fail(message.id);
      else if (this.#outbox.remove(message.id))
        this.#contentsOf(message)?.setState(message.id, 'sent');
    });
  }

  // It is not sent again by itself.
  #fail(id) {
    const message = this.#outbox.get(id);
    if (message === null)
      return;
    this.#contentsOf(message)?.setState(id, 'failed');
    this.#outbox.setFailed(id, true);
  }

  // Only the oldest one under way can be what the host hung up at.
  #countBreak() {
    const [id, sentMs] = this.#inFlight.entries().next().value ?? [];
    if (id === undefined || performance.now() - sentMs > atOnceMs)
      return;
    if (this.#outbox.countBreak(id) >= breakLimit)
      this.#fail(id);
  }
}
