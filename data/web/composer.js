// SPDX-License-Identifier: LGPL-2.1-or-later
//
// First Name and Message: what is typed there is remembered, counted and
// published.
//
// Enter publishes and Shift+Enter breaks the line, unless a setting swaps them.
// On a device that is used with a finger Enter breaks the line by itself, as in
// other chats there, since its keyboard has no Shift+Enter and the button is
// under the thumb. Ctrl+Enter publishes everywhere.

import { excessWords } from './payload.js';
import { say } from './words.js';

const softLimit = 120;
const draftDelayMs = 200;
const pastedLines = 500;

// People count characters, not UTF-16 units.
export function countCharacters(text) {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    const isTrailing = c >= 0xdc00 && c <= 0xdfff && i > 0 &&
      text.charCodeAt(i - 1) >= 0xd800 && text.charCodeAt(i - 1) <= 0xdbff;
    count += isTrailing ? 0 : 1;
  }
  return count;
}

// Whether Enter alone publishes: as it was set ("yes" or "no"), else as is usual there.
export function doesEnterPublish(keep, isTouch) {
  const set = keep.get('enter-publishes');
  return set === null ? !isTouch : set === 'yes';
}

// A device that is used with a finger.
export function isTouch() {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

export class Composer {
  #form;
  #name;
  #message;
  #counter;
  #note;
  #lasting;
  #passing;
  #onName;
  #onTyping;
  #onPublish;
  #onResize;
  #excessOf;
  #lastOwn;
  #draftKey = '';
  #isReadOnly = false;
  #draftTimer = 0;
  #chars = 0;
  #touch = matchMedia('(hover: none) and (pointer: coarse)');

  /*
   * `onName` gets the name, as it is and whenever it changes. `onPublish` gets name and
   * text; it returns '' or why they were not taken. `onResize` is called after the
   * form may have got another height. `excessOf` tells of name and text how many
   * bytes more they are than the host takes, `lastOwn` returns the last text of
   * one's own, or ''.
   */
  constructor({ form, lasting, passing, room, onName, onTyping, onPublish, onResize, excessOf, lastOwn }) {
    this.#form = form;
    this.#name = form.querySelector('#name');
    this.#message = form.querySelector('#message');
    this.#counter = form.querySelector('#counter');
    this.#note = form.querySelector('#note');
    this.#lasting = lasting;
    this.#passing = passing;
    this.#onName = onName;
    this.#onTyping = onTyping;
    this.#onPublish = onPublish;
    this.#onResize = onResize;
    this.#excessOf = excessOf;
    this.#lastOwn = lastOwn;

    this.#name.value = lasting.get('name') ?? '';
    this.#onName(this.#name.value);
    this.#listen();
    this.showRoom(room);
    this.noticeSettings();
    if (!this.#touch.matches)
      (this.#name.value === '' ? this.#name : this.#message).focus();
  }

  // Puts the draft of one room away, and that of another there; `isReadOnly` tells
  // that nothing can be written in it.
  showRoom({ topic, isReadOnly }) {
    const key = `draft.${topic}`;
    if (key === this.#draftKey)
      return;
    if (this.#draftKey !== '')
      this.#keepDraft();
    this.#draftKey = key;
    this.#isReadOnly = isReadOnly;
    this.#message.value = this.#passing.get(key) ?? '';
    this.#chars = this.#message.value.length;
    this.#message.readOnly = isReadOnly;
    this.say(isReadOnly ? say('This room is only shown here.') : '');
    this.#measure();
  }

  get name() {
    return this.#name.value;
  }

  // Whether something is being written.
  get hasText() {
    return this.#message.value.trim() !== '';
  }

  // The host may take more or less than before.
  noticeLimit() {
    this.#measure();
  }

  // What Enter does may have been set otherwise.
  noticeSettings() {
    this.#form.querySelector('#hint').textContent = doesEnterPublish(this.#lasting, this.#touch.matches)
      ? say('Enter publishes · Shift+Enter breaks the line') : say('Ctrl+Enter publishes · Enter breaks the line');
  }

  // Where somebody goes on to write; a keyboard on the screen does not come up for it.
  focus() {
    if (!this.#touch.matches && !this.#isReadOnly)
      this.#message.focus();
  }

  // Says below the text what is wrong, or '' for nothing.
  say(words) {
    this.#note.textContent = words;
  }

  #listen() {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#publish();
    });
    this.#name.addEventListener('input', () => {
      this.#lasting.set('name', this.#name.value);
      this.#onName(this.#name.value);
      this.#measure();
    });
    this.#name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || isComposing(event))
        return;
      event.preventDefault();
      this.#message.focus();
    });
    this.#message.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowUp')
        this.#recall(event);
      if (!this.#isPublishKey(event))
        return;
      event.preventDefault();
      if (!event.repeat)
        this.#publish();
    });
    this.#message.addEventListener('input', () => {
      this.say('');
      this.#noticeTyping();
      this.#measure();
      clearTimeout(this.#draftTimer);
      this.#draftTimer = setTimeout(() => this.#keepDraft(), draftDelayMs);
    });
    this.#message.addEventListener('paste', (event) => this.#paste(event));
    // The button does not take the focus, so that a phone's keyboard stays.
    this.#form.querySelector('#publish').addEventListener('mousedown', (event) => {
      if (document.activeElement === this.#message)
        event.preventDefault();
    });
    addEventListener('pagehide', () => this.#keepDraft());
    addEventListener('resize', () => this.#measure());
    // Another tab has set it.
    addEventListener('storage', () => this.noticeSettings());
    document.addEventListener('visibilitychange', () => this.#keepDraft());
  }

  // Browsers take minutes to paste ten thousand lines their own way, and a
  // blink this way, at the price of the undo history.
  #paste(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.split('\n', pastedLines).length < pastedLines)
      return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = this.#message;
    this.#message.setRangeText(text, selectionStart, selectionEnd, 'end');
    this.#message.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  #isPublishKey(event) {
    if (event.key !== 'Enter' || isComposing(event) || event.shiftKey || event.altKey)
      return false;
    return event.ctrlKey || event.metaKey || doesEnterPublish(this.#lasting, this.#touch.matches);
  }

  // An empty field gets the last own text, as a new one.
  #recall(event) {
    const hasModifier = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
    const text = this.#message.value === '' && !hasModifier && !this.#isReadOnly ? this.#lastOwn() : '';
    if (text === '')
      return;
    event.preventDefault();
    this.#message.value = text;
    this.#message.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  #publish() {
    if (this.#isReadOnly)
      return;
    const text = this.#message.value;
    const problem = text.trim() === '' ? say('Write a message first.') : this.#onPublish(this.#name.value, text);
    this.say(problem);
    this.#message.focus();
    if (problem !== '')
      return;
    this.#message.value = '';
    this.#chars = 0;
    this.#measure();
    this.#keepDraft();
  }

  #keepDraft() {
    clearTimeout(this.#draftTimer);
    if (this.#message.value === '')
      this.#passing.remove(this.#draftKey);
    else
      this.#passing.set(this.#draftKey, this.#message.value);
  }

  // Somebody writes while the text is not blank and grows.
  #noticeTyping() {
    const { value } = this.#message;
    const isLonger = value.length > this.#chars;
    this.#chars = value.length;
    if (isLonger && value.trim() !== '')
      this.#onTyping(this.#name.value);
  }

  // The counter, what is too long, and a field as high as its text, within what
  // the style allows.
  #measure() {
    const count = countCharacters(this.#message.value);
    const isLong = count > softLimit;
    this.#counter.textContent = `${count} / ${softLimit}`;
    this.#counter.classList.toggle('long', isLong);

    const excess = this.#excessOf(this.#name.value, this.#message.value);
    const long = this.#form.querySelector('#long');
    long.hidden = !isLong && excess === 0;
    long.classList.toggle('excess', excess > 0);
    long.textContent = excess > 0 ? excessWords(excess) : say('Long, but fine');
    this.#message.setAttribute('aria-invalid', String(excess > 0));
    this.#form.querySelector('#publish').disabled = excess > 0 || this.#isReadOnly;

    this.#message.style.height = 'auto';
    const borders = this.#message.offsetHeight - this.#message.clientHeight;
    this.#message.style.height = `${this.#message.scrollHeight + borders}px`;
    this.#onResize();
  }
}
