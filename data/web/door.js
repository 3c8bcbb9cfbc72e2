// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Asks for the password of the chat, while the host wants one.

import { say } from './words.js';

// Whether the host has a password at all.
export async function askIfLocked() {
  try {
    const response = await fetch('/api/info', { cache: 'no-store' });
    return (await response.json()).auth === true;
  } catch {
    return false;
  }
}

export class Door {
  #form;
  #field;
  #problem;
  #onKey;

  // `onKey` is told what was typed.
  constructor({ form, onKey }) {
    this.#form = form;
    this.#field = form.querySelector('input');
    this.#problem = form.querySelector('.problem');
    this.#onKey = onKey;
    const shown = form.querySelector('[role="switch"]');
    shown.addEventListener('change', () => { this.#field.type = shown.checked ? 'text' : 'password'; });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#field.value === '') {
        this.#field.focus();
        return;
      }
      this.#problem.textContent = '';
      this.#onKey(this.#field.value);
    });
  }

  get isOpen() {
    return !this.#form.hidden;
  }

  // Where it is open already, what is being typed stays.
  open(isWrong) {
    if (isWrong) {
      this.#problem.textContent = say('That was not the password.');
      this.#field.select();
    }
    if (this.isOpen)
      return;
    this.#form.hidden = false;
    this.#field.focus();
  }

  close() {
    if (!this.isOpen)
      return;
    this.#form.hidden = true;
    this.#field.value = '';
    this.#problem.textContent = '';
  }
}
