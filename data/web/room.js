// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One room that was entered: what is held of it, its history, and what of it
// was read. A room that is not shown asks for its history when it is.

import { Contents } from './contents.js';
import { History } from './history.js';
import { readItem } from './item.js';
import { Past } from './past.js';
import { isReadOnly, labelOf, titleOf } from './room-names.js';

const seenIds = 4_000;

// More are not counted.
export const unreadLimit = 9_999;

export class Room {
  #archive;
  #from;
  #onOwn;
  #isMention;
  #onChange;
  #past;
  #seen = new Set();
  #retained = null;
  #unread = new Map();
  #unnumbered = 0;
  #onLost;
  // What somebody has asked to see, until it is there; whether it has come, or else
  // whether the host has it no more.
  #wanted = null;
  #hasCome = false;
  #isGone = false;
  #isConnected = false;
  #isShown = false;

  history = new History();
  // Whether one of the unread ones mentions the reader.
  hasMention = false;
  // What was read last: { log, seq } or null. Rooms keeps it.
  mark = null;

  /*
   * `archive` is asked for the history, `from` tells own messages, `onOwn` is called
   * with the id of one that the host has, `isMention` tells whether an item mentions
   * the reader, and `onChange` is called after the count of unread ones or the mark
   * has changed. `onLost` is called when what somebody has asked to see cannot be had,
   * with whether the host does not keep it any more; else nobody answers.
   */
  constructor({ topic, archive, from, mark, onOwn, isMention, onChange, onLost }) {
    this.topic = topic;
    this.title = titleOf(topic);
    this.label = labelOf(topic);
    this.isReadOnly = isReadOnly(topic);
    this.mark = mark;
    this.#archive = archive;
    this.#from = from;
    this.#onOwn = onOwn;
    this.#isMention = isMention;
    this.#onChange = onChange;
    this.#onLost = onLost;
    this.contents = new Contents({
      onCutTop: (seq) => this.history.cutTop(seq),
      onCutEnd: (seq) => {
        const last = this.history.cutEnd(seq);
        this.contents.setDetached(this.history.hasNewer);
        return last;
      },
    });
    this.#past = new Past({
      archive,
      history: this.history,
      onAnswer: (...answer) => this.#takePast(...answer),
      onSettled: () => {
        this.contents.settle();
        this.#settleJump();
      },
    });
  }

  // How many of others nobody has read here, unreadLimit + 1 for more than are counted.
  get unread() {
    return this.#unread.size;
  }

  // The subscription stands.
  begin() {
    this.#isConnected = true;
    this.#past.begin(this.#isShown);
  }

  // The connection is gone.
  end() {
    this.#isConnected = false;
    this.#past.end();
    this.contents.settleAcknowledged();
  }

  setShown(isShown) {
    this.#isShown = isShown;
    if (isShown && this.#isConnected)
      this.#past.ask(this.history.catchUp());
  }

  // What is beside what is held, when somebody gets there. Returns whether it is asked for now.
  older() {
    return this.#askFor(this.history.older());
  }

  newer() {
    return this.#askFor(this.history.newer());
  }

  #askFor(question) {
    this.#past.ask(question);
    return question !== null && this.history.isOpen(question);
  }

  newest() {
    const question = this.history.newest();
    if (question !== null)
      this.#wanted = null;
    this.#past.ask(question);
  }

  // Shows a message, which has at least a number, with what stands around it.
  jump(item) {
    this.#wanted = null;
    if (this.contents.hasItem(item)) {
      this.contents.reveal(item);
      return;
    }
    this.#wanted = item;
    this.#hasCome = false;
    this.#isGone = false;
    const question = this.history.jump(item.seq);
    this.#past.ask(question);
    if (!this.history.isOpen(question))
      this.#settleJump();
  }

  // What was asked for has come, with what stands around it; or else what has been
  // held goes on from where it was.
  #settleJump() {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted === null)
      return;
    if (this.#hasCome) {
      this.contents.reveal(wanted);
      return;
    }
    this.#onLost(this.#isGone);
    if (this.#isConnected)
      this.#past.ask(this.history.catchUp());
  }

  /*
   * A message came live. `stamp` is what the host says of it, `isWaiting` whether it is
   * in the outbox. Returns whether it is news of somebody else.
   */
  receive(item, stamp, isWaiting) {
    const isHeld = stamp === null || this.#hear(stamp);
    if (this.#isOld(item))
      return false;
    if (isHeld || isWaiting) {
      if (!this.contents.add(item))
        return false;
    } else if (this.history.hasNewer) {
      this.contents.countNew();
    }
    if (item.isOwn)
      return false;
    this.#countUnread(item);
    this.#onChange(this);
    return true;
  }

  // Counts what was said since it was read last, without showing it: the log has
  // messages up to this number. More than `limit` are not counted.
  async countMissed(lastSeq, limit, signal) {
    if (this.#isShown || this.mark === null || lastSeq <= this.mark.seq)
      return;
    const { log, messages } = await this.#archive.ask({ limit, after: this.mark.seq }, signal);
    if (!this.#isShown && log === this.mark.log)
      this.#countAll(messages.map((message) => readItem(message, this.#from)).filter((item) => item !== null && !this.#isHeld(item)));
  }

  // The same person has read so far elsewhere.
  takeMark(mark) {
    const { log } = this.history;
    if (mark === null || (log !== null && log !== mark.log) || (this.mark?.log === mark.log && this.mark.seq >= mark.seq))
      return;
    this.mark = mark;
    for (const [key, seq] of this.#unread) {
      if (seq !== null && seq <= mark.seq)
        this.#unread.delete(key);
    }
    this.hasMention &&= this.#unread.size > 0;
    this.#onChange(this);
  }

  // Somebody has seen all, up to the end. Before the history has answered, nobody
  // knows what all is.
  markRead() {
    if (!this.contents.isSettled)
      return;
    const { log } = this.history;
    const seq = Math.max(this.contents.lastSeq ?? 0, this.history.last ?? 0);
    const isFurther = log !== null && (this.mark?.log !== log || this.mark.seq < seq);
    if (isFurther)
      this.mark = { log, seq };
    if (!isFurther && this.#unread.size === 0)
      return;
    this.#unread.clear();
    this.hasMention = false;
    this.#onChange(this);
  }

  // An answer of the archive came.
  #takePast({ kind }, result, messages) {
    if (result.isNewLog)
      this.contents.beginLog();
    this.#isGone ||= result.isNewLog || (kind === 'jump' && !result.isTaken);
    if (result.dropsAll)
      this.contents.clear();
    if (result.dropsBefore !== null)
      this.contents.dropBefore(result.dropsBefore);
    if (result.isTaken) {
      const items = messages.map((message) => readItem(message, this.#from)).filter((item) => item !== null);
      const fresh = items.filter((item) => !this.#isHeld(item));
      items.filter(({ isOwn }) => isOwn).forEach(({ id }) => this.#onOwn(id));
      // Whoever is at the end stays there: what is too much is the older ones then.
      this.contents.addPast(items, kind === 'older' && !this.contents.isAtEnd);
      this.#noteMissed(items, fresh);
      this.#hasCome ||= kind === 'jump';
    }
    this.contents.setDetached(this.history.hasNewer);
  }

  // Of these, what was said since it was read last; of those that are `fresh`, nothing was counted yet.
  #noteMissed(items, fresh) {
    if (this.mark === null || this.mark.log !== this.history.log)
      return;
    const { seq } = this.mark;
    const hasMissed = items.some((item) => this.#isMissed(item));
    this.#countAll(fresh);
    if (hasMissed)
      this.contents.setFirstNew(seq + 1);
  }

  #isMissed({ isOwn, seq }) {
    return !isOwn && seq > this.mark.seq;
  }

  #countAll(items) {
    const missed = items.filter((item) => this.#isMissed(item));
    missed.forEach((item) => this.#countUnread(item));
    if (missed.length > 0)
      this.#onChange(this);
  }

  // The host may have recorded a message twice, when it was sent again.
  #isHeld({ topic, id }) {
    return id !== null && this.contents.holds(topic, id);
  }

  // What comes live and of the log, or is in the log twice, counts once.
  #countUnread(item) {
    const key = item.id !== null ? `id ${item.id}` : item.seq ?? `no number ${this.#unnumbered += 1}`;
    if (this.#unread.size <= unreadLimit && !this.#unread.has(key))
      this.#unread.set(key, item.seq);
    this.hasMention ||= this.#isMention(item);
  }

  // Returns whether what came live belongs to what is held.
  #hear({ log, seq }) {
    const { isNewLog, isShown, question } = this.history.hear(log, seq);
    if (isNewLog) {
      this.contents.beginLog();
      this.contents.setDetached(false);
      this.#isGone = true;
    }
    if (this.#isShown)
      this.#past.ask(question);
    else if (question !== null)
      this.history.fail(question);
    return isShown;
  }

  // Whether this very message was held before: one that was sent again after it
  // was dropped, or a retained one that comes with each subscription. What is
  // held the contents know.
  #isOld({ topic, id, seq, text, isRetained }) {
    if (id === null) {
      if (!isRetained || seq !== null)
        return false;
      const isSame = this.#retained === text || this.contents.hasAnonymous(text);
      this.#retained = text;
      return isSame;
    }
    const key = `${topic} ${id}`;
    if (this.#seen.has(key))
      return !this.contents.holds(topic, id);
    this.#seen.add(key);
    if (this.#seen.size > seenIds)
      this.#seen.delete(this.#seen.values().next().value);
    return false;
  }
}
