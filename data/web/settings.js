// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What can be switched on the page, kept for all of its tabs.

export class Settings {
  #keep;
  #usual;

  // `usual` has what is on as long as nobody has switched it, by name.
  constructor(keep, usual) {
    this.#keep = keep;
    this.#usual = usual;
  }

  isOn(name) {
    return (this.#keep.get(name) ?? (this.#usual[name] ? 'yes' : 'no')) === 'yes';
  }

  set(name, isOn) {
    this.#keep.set(name, isOn ? 'yes' : 'no');
  }
}
