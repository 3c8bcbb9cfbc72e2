// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What has to be brought up to date after many changes, once per frame. A page
// that nobody sees has no frames: there it is done at once.

export class Later {
  #action;
  #frame = 0;

  constructor(action) {
    this.#action = action;
  }

  schedule() {
    if (document.visibilityState !== 'visible') {
      this.#action();
      return;
    }
    if (this.#frame !== 0)
      return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#action();
    });
  }
}
