// SPDX-License-Identifier: LGPL-2.1-or-later
//
// First Name and Message: what is typed there is remembered, counted and
// published.
//
// Enter publishes and Shift+Enter breaks the line. On a device that is used
// with a finger Enter breaks the line, as in other chats there, since its
// keyboard has no Shift+Enter and the button is under the thumb. Ctrl+Enter
// publishes everywhere.

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
  #onPublish;
  #onResize;
  #draftKey;
  #draftTimer = 0;
  #touch = matchMedia('(hover: none) and (pointer: coarse)');

  // `topic` is that of the room whose draft is shown. `onName` gets the name, as it is
  // and whenever it changes. `onPublish` gets name and text; it returns '' or why they
  // were not taken. `onResize` is called after the form may have got another height.
  constructor({ form, lasting, passing, topic, onName, onPublish, onResize }) {
    this.#form = form;
    this.#name = form.querySelector('#name');
    this.#message = form.querySelector('#message');
    this.#counter = form.querySelector('#counter');
    this.#note = form.querySelector('#note');
    this.#lasting = lasting;
    this.#passing = passing;
    this.#onName = onName;
    this.#onPublish = onPublish;
    this.#onResize = onResize;

    this.#name.value = lasting.get('name') ?? '';
    this.#draftKey = `draft.${topic}`;
    this.#message.value = passing.get(this.#draftKey) ?? '';
    this.#onName(this.#name.value);
    this.#listen();
    this.#measure();
    if (!this.#touch.matches)
      (this.#name.value === '' ? this.#name : this.#message).focus();
  }

  // Puts the draft of one room away, and that of another there.
  showRoom(topic) {
    const key = `draft.${topic}`;
    if (key === this.#draftKey)
      return;
    this.#keepDraft();
    this.#draftKey = key;
    this.#message.value = this.#passing.get(key) ?? '';
    this.say('');
    this.#measure();
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
    });
    this.#name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || isComposing(event))
        return;
      event.preventDefault();
      this.#message.focus();
    });
    this.#message.addEventListener('keydown', (event) => {
      if (!this.#isPublishKey(event))
        return;
      event.preventDefault();
      if (!event.repeat)
        this.#publish();
    });
    this.#message.addEventListener('input', () => {
      this.say('');
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
    return event.ctrlKey || event.metaKey || !this.#touch.matches;
  }

  #publish() {
    const text = this.#message.value;
    const problem = text.trim() === '' ? 'Write a message first.' : this.#onPublish(this.#name.value, text);
    this.say(problem);
    this.#message.focus();
    if (problem !== '')
      return;
    this.#message.value = '';
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

  // The counter, and a field as high as its text, within what the style allows.
  #measure() {
    const count = countCharacters(this.#message.value);
    const isLong = count > softLimit;
    this.#counter.textContent = `${count} / ${softLimit}`;
    this.#counter.classList.toggle('long', isLong);
    this.#form.querySelector('#long').hidden = !isLong;

    this.#message.style.height = 'auto';
    const borders = this.#message.offsetHeight - this.#message.clientHeight;
    this.#message.style.height = `${this.#message.scrollHeight + borders}px`;
    this.#onResize();
  }
}
