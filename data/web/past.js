// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The history between archive and table: asks what has to be asked, one
// question after the other, and hands on what comes. Where there is no archive,
// nothing is said of it.

import { NoArchive, TooLarge } from './archive.js';

const retriesMs = [1_000, 3_000, 10_000];

// Whoever waits at the edge of what is held does not ask again sooner than that.
const restMs = 2_000;

// What is asked because the reader is there.
function isAtEdge({ kind }) {
  return kind === 'older' || kind === 'newer';
}

export class Past {
  #archive;
  #history;
  #onAnswer;
  #onSettled;
  #abort = null;
  #timer = 0;
  #rest = 0;
  #tries = 0;
  // whether the host has no archive for us
  #isMute = false;

  /*
   * `onAnswer` is called with what History.take says and the messages; `onSettled`
   * when nothing more will come by itself.
   */
  constructor({ archive, history, onAnswer, onSettled }) {
    this.#archive = archive;
    this.#history = history;
    this.#onAnswer = onAnswer;
    this.#onSettled = onSettled;
  }

  // Without `isWanted` nothing is asked until somebody wants to see it.
  begin(isWanted) {
    this.end();
    this.#isMute = false;
    this.ask(this.#history.begin(isWanted));
  }

  end() {
    this.#abort?.abort();
    this.#abort = null;
    clearTimeout(this.#timer);
    this.#wake();
    this.#history.end();
  }

  // Puts a question of the history, if there is one; an open one is given up for it.
  ask(question) {
    if (question === null)
      return;
    if (this.#isMute || (this.#rest !== 0 && isAtEdge(question))) {
      this.#history.fail(question);
      return;
    }
    this.#abort?.abort();
    clearTimeout(this.#timer);
    if (!isAtEdge(question))
      this.#wake();
    this.#tries = 0;
    this.#put(question, question.limit);
  }

  async #put(question, limit) {
    const abort = new AbortController();
    this.#abort = abort;
    let answer;
    try {
      answer = await this.#archive.ask({ ...question, limit }, abort.signal);
    } catch (error) {
      if (this.#abort === abort)
        this.#fail(question, limit, error);
      return;
    }
    if (this.#abort !== abort)
      return;
    const { first, last } = this.#history;
    const result = this.#history.take(question, answer);
    if (isAtEdge(question) && first === this.#history.first && last === this.#history.last)
      this.#takeRest();
    this.#onAnswer(question, result, answer.messages);
    if (result.question !== null)
      this.ask(result.question);
    else
      this.#onSettled();
  }

  #fail(question, limit, error) {
    if (error instanceof TooLarge && limit > 1) {
      this.#put(question, Math.ceil(limit / 10));
      return;
    }
    const isByItself = question.kind === 'newest' || question.kind === 'fill';
    if (!(error instanceof NoArchive) && isByItself && this.#tries < retriesMs.length) {
      this.#timer = setTimeout(() => {
        if (this.#history.isOpen(question))
          this.#put(question, limit);
      }, retriesMs[this.#tries]);
      this.#tries += 1;
      return;
    }
    this.#isMute ||= error instanceof NoArchive;
    if (isAtEdge(question))
      this.#takeRest();
    this.#history.fail(question);
    this.#onSettled();
  }

  // That question led nowhere, and would be asked again at once.
  #takeRest() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = 0;
      this.#onSettled();
    }, restMs);
  }

  #wake() {
    clearTimeout(this.#rest);
    this.#rest = 0;
  }
}
