// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The password of the chat: from the address, where a link or a scanned code has
// put it, or as somebody types it. It lives as long as the tab.

const kept = 'key';
const userName = 'hubbub';

// The address fragment without a password, and the password, '' when there is none. Pure.
export function splitFragment(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const key = params.get('key') ?? '';
  params.delete('key');
  const rest = params.toString();
  return { key, rest: rest === '' ? '' : `#${rest}` };
}

// The value of an Authorization header: Basic, in UTF-8. Pure.
export function basicOf(user, password) {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

export class Key {
  #keep;

  constructor(keep) {
    this.#keep = keep;
  }

  // Takes a password out of the address bar, before anybody sees it there. Returns whether there was one.
  takeFromAddress() {
    const { key, rest } = splitFragment(location.hash);
    if (!new URLSearchParams(location.hash.replace(/^#/, '')).has('key'))
      return false;
    history.replaceState(null, '', location.pathname + location.search + rest);
    if (key !== '')
      this.set(key);
    return key !== '';
  }

  get() {
    return this.#keep.get(kept) ?? '';
  }

  set(password) {
    this.#keep.set(kept, password);
  }

  forget() {
    this.#keep.remove(kept);
  }

  // For MQTT: { username, password }, or nothing.
  get login() {
    const password = this.get();
    return password === '' ? {} : { username: userName, password };
  }

  // For HTTP: headers, or nothing.
  get headers() {
    const password = this.get();
    return password === '' ? {} : { Authorization: basicOf(userName, password) };
  }
}
