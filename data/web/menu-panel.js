// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The switches behind the menu button.

import { Popover } from './popover.js';

export class MenuPanel {
  #settings;
  #switches;

  // `onChange` is called with the name of what was switched, and whether it is on.
  constructor({ settings, button, panel, onChange }) {
    this.#settings = settings;
    this.#switches = Array.from(panel.querySelectorAll('input'));
    // Not every device can.
    if (navigator.vibrate === undefined)
      panel.querySelector('[name="vibrate"]').closest('label').hidden = true;
    for (const one of this.#switches) {
      one.addEventListener('change', () => {
        settings.set(one.name, one.checked);
        onChange(one.name, one.checked);
      });
    }
    new Popover({
      button,
      panel,
      onOpen: () => {
        this.#show();
        return this.#switches[0];
      },
    });
    // Another tab has switched something.
    addEventListener('storage', () => this.#show());
    this.#show();
  }

  #show() {
    for (const one of this.#switches)
      one.checked = this.#settings.isOn(one.name);
  }
}
