// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What of the host's log is held, what has to be asked for, and what an answer
// means. Pure: it asks nothing itself. One question at a time is open.
//
// What is held is one piece of the log without a gap, from `first` to `last`.
// It reaches to the end while the subscription stands and the piece was joined
// with it; what comes live meanwhile makes it longer. After a break of the
// connection the piece is joined with the end again from where it ended; when
// too much is missing, a new piece begins at the end, and what is older is
// asked for again when somebody wants to see it.

export const pageMessages = 100;
export const fillPages = 5;

export class History {
  // The log that the numbers belong to; null as long as none is known.
  log = null;
  first = null;
  last = null;
  // Whether the log has more than is held, above and below.
  hasOlder = false;
  hasNewer = false;
  #question = null;
  #pages = 0;
  // The lowest and the highest number that came live on this connection.
  #heardFrom = null;
  #heard = null;
  #isJoined = false;
  #answers = false;

  #ask(kind, where = {}) {
    this.#question = { kind, limit: pageMessages, ...where };
    return this.#question;
  }

  #beginLog(log) {
    this.log = log;
    this.first = null;
    this.last = null;
    this.hasOlder = false;
    this.hasNewer = false;
    this.#heardFrom = null;
    this.#heard = null;
    this.#isJoined = false;
  }

  // The subscription stands. Returns a question or null, as all of these do;
  // without `isWanted` it waits for catchUp.
  begin(isWanted = true) {
    this.#question = null;
    this.#heardFrom = null;
    this.#heard = null;
    this.#isJoined = false;
    return isWanted ? this.catchUp() : null;
  }

  // Somebody wants to see what is held: joins it with the end, if it is not.
  catchUp() {
    if (this.#question !== null || this.#isJoined || this.hasNewer)
      return null;
    this.#pages = 0;
    return this.last === null ? this.#ask('newest') : this.#ask('fill', { after: this.last });
  }

  // The connection is gone.
  end() {
    this.#question = null;
    this.#isJoined = false;
  }

  /*
   * A message of the log came live. `isNewLog` tells that it belongs to another
   * log than what is held; `isShown`, that it belongs to what is held, and not behind or
   * above it.
   */
  hear(log, seq) {
    const isNewLog = this.log !== null && log !== this.log;
    if (isNewLog)
      this.#beginLog(log);
    this.log = log;
    this.#heardFrom = Math.min(this.#heardFrom ?? Infinity, seq);
    this.#heard = Math.max(this.#heard ?? 0, seq);
    if (this.#isJoined && !this.hasNewer) {
      this.first ??= seq;
      this.last = Math.max(this.last ?? 0, seq);
    }
    // An answer may overtake what comes live: that stands above the piece, and is
    // asked for when somebody gets there.
    const isAbove = this.#isJoined && this.hasOlder && seq < this.first;
    return { isNewLog, isShown: !this.hasNewer && !isAbove, question: isNewLog ? this.#ask('newest') : null };
  }

  older() {
    if (!this.hasOlder || this.#question !== null)
      return null;
    return this.#ask('older', { before: this.first });
  }

  newer() {
    if (!this.hasNewer || this.#question !== null)
      return null;
    return this.#ask('newer', { after: this.last });
  }

  // Somebody wants to see what stands around this number. What is held stays until
  // the answer is there.
  jump(seq) {
    return this.#ask('jump', { before: seq + 1 });
  }

  // Somebody wants to see the end at once.
  newest() {
    if (!this.hasNewer)
      return null;
    this.hasNewer = false;
    this.hasOlder = false;
    this.first = null;
    this.last = null;
    this.#isJoined = false;
    return this.#ask('newest');
  }

  // No answer came: the question may be asked again.
  fail(question) {
    if (question === this.#question)
      this.#question = null;
  }

  isOpen(question) {
    return question === this.#question;
  }

  /*
   * An answer came: { log, messages, more }. `isTaken` tells whether its messages
   * are to be shown, `isNewLog` as above, and `dropsBefore` is the number before
   * which everything is to go first, since it would stand above a gap; `dropsAll`
   * tells that all goes first, since what comes is elsewhere in the log.
   */
  take(question, { log, messages, more }) {
    const result = { isTaken: false, isNewLog: false, dropsBefore: null, dropsAll: false, question: null };
    if (question !== this.#question)
      return result;
    this.#question = null;
    this.#answers = true;
    if (this.log !== null && log !== this.log) {
      result.isNewLog = true;
      this.#beginLog(log);
    }
    this.log = log;
    if (result.isNewLog && question.kind !== 'newest') {
      result.question = this.#ask('newest');
      return result;
    }

    result.isTaken = true;
    const first = messages.at(0)?.seq ?? null;
    const last = messages.at(-1)?.seq ?? null;
    if (question.kind === 'newest')
      this.#takeNewest(first, last, more, result);
    else if (question.kind === 'older')
      this.#takeOlder(first, more);
    else if (question.kind === 'jump')
      this.#takeJump(first, last, more, result);
    else
      this.#takeAfter(question.kind, last, more, result);
    return result;
  }

  #takeNewest(first, last, more, result) {
    const isOverlapping = this.last !== null && first !== null && first <= this.last;
    if (more && !isOverlapping) {
      result.dropsBefore = first;
      this.first = first;
      this.hasOlder = true;
    } else if (first !== null && (this.first === null || first < this.first)) {
      this.first = first;
      this.hasOlder = more;
    }
    this.#join(last);
  }

  // A host that has nothing older to say has no more.
  #takeOlder(first, more) {
    const isFurther = first !== null && (this.first === null || first < this.first);
    if (isFurther)
      this.first = first;
    this.hasOlder = more && isFurther;
  }

  // Another piece, apart from the end until that is reached from here.
  #takeJump(first, last, more, result) {
    if (first === null) {
      // The host does not have that any more.
      result.isTaken = false;
      result.question = this.hasNewer || this.#isJoined ? null : this.catchUp();
      return;
    }
    result.dropsAll = true;
    this.first = first;
    this.last = last;
    this.hasOlder = more;
    this.hasNewer = true;
    this.#isJoined = false;
    result.question = this.#ask('newer', { after: last });
  }

  #takeAfter(kind, last, more, result) {
    const isFurther = last !== null && last > (this.last ?? 0);
    this.last = Math.max(this.last, last ?? 0);
    if (kind === 'newer') {
      this.hasNewer = (more && isFurther) || (this.#heard !== null && this.#heard > this.last);
      this.#isJoined = !this.hasNewer;
      return;
    }
    this.#pages += 1;
    if (!more)
      this.#join(last);
    else if (this.#pages < fillPages && last !== null)
      result.question = this.#ask('fill', { after: this.last });
    else
      result.question = this.#ask('newest');
  }

  // What is held goes up to the end now, and on with what has come live meanwhile.
  #join(last) {
    const ends = [this.last, last, this.#heard].filter((seq) => seq !== null);
    if (ends.length > 0)
      this.last = Math.max(...ends);
    this.first ??= this.#heardFrom;
    this.hasNewer = false;
    this.#isJoined = true;
  }

  // Rows were dropped at the top; `first` is the lowest number that is left.
  cutTop(first) {
    if (!this.#answers || this.first === null || first === null)
      return;
    this.hasOlder = true;
    this.first = Math.max(this.first, first);
    // What is asked for would stand above a gap now.
    if (this.#question?.kind === 'older')
      this.#question = null;
    // Nothing is left of what a gap parted from the end: the gap is gone, too.
    const isAllLive = this.#heardFrom !== null && this.first >= this.#heardFrom;
    if (!this.#isJoined && !this.hasNewer && this.first > this.last && isAllLive) {
      this.#question = null;
      this.#join(null);
    }
  }

  /*
   * The same at the end. Returns the number behind which the rest has to go: what
   * came live behind a gap.
   */
  cutEnd(last) {
    if (!this.#answers || this.last === null || last === null)
      return null;
    this.last = Math.min(this.last, last);
    // What is asked for would stand behind a gap now.
    if (['fill', 'newer'].includes(this.#question?.kind))
      this.#question = null;
    this.hasNewer = true;
    this.#isJoined = false;
    return this.last;
  }
}
