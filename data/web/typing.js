// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is writing just now: says so of oneself, now and then, and shows it of the
// others below the messages.

import { Later } from './later.js';
import { parsePresence, composeTyping } from './presence.js';
import { everyone } from './room-names.js';
import { typingWords } from './people-words.js';
import { pauseMs, Typists } from './typists.js';

export const typingStart = 'hubbub/typing';

export class Typing {
  #connection;
  #from;
  #element;
  #onResize;
  #typists = new Typists();
  #topic = everyone;
  #toldMs = -Infinity;
  #timer = 0;
  // Anybody can write a thousand times a second, each time under another name.
  #later = new Later(() => this.#show());

  // `onResize` is called after the line below the messages has come or gone.
  constructor({ connection, from, element, onResize }) {
    this.#connection = connection;
    this.#from = from;
    this.#element = element;
    this.#onResize = onResize;
  }

  showRoom({ topic }) {
    this.#topic = topic;
    this.#show();
  }

  // One writes in the room that is shown.
  tell(name, { topic, isReadOnly }) {
    const nowMs = performance.now();
    if (!this.#connection.isConnected || isReadOnly || nowMs - this.#toldMs < pauseMs)
      return;
    this.#toldMs = nowMs;
    this.#connection.publish(typingStart + topic.slice(everyone.length),
      composeTyping({ from: this.#from, name }), () => {}, { qos: 0 });
  }

  receive(topic, bytes) {
    const typist = parsePresence(bytes);
    if (typist === null || typist.from === this.#from)
      return;
    this.#typists.hear(everyone + topic.slice(typingStart.length), typist, performance.now());
    this.#later.schedule();
  }

  // A message has come.
  noticeMessage({ topic, from }) {
    if (this.#typists.forget(topic, from))
      this.#show();
  }

  // The connection is gone.
  end() {
    this.#typists.clear();
    this.#show();
  }

  #show() {
    clearTimeout(this.#timer);
    this.#typists.advance(performance.now());
    const words = typingWords(this.#typists.namesIn(this.#topic));
    if (this.#element.textContent !== words) {
      this.#element.textContent = words;
      this.#element.hidden = words === '';
      this.#onResize();
    }
    const waitMs = this.#typists.deadlineMs - performance.now();
    if (waitMs !== Infinity)
      this.#timer = setTimeout(() => this.#show(), Math.max(waitMs, 0) + 1);
  }
}
