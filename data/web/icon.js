// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The icon of the tab, with a dot while something is unread.

const dot = '<circle cx="48" cy="16" r="14" fill="#e01b24" stroke="#fff" stroke-width="4"/>';

// The same icon with the dot on it. Pure.
export function withDot(svg) {
  const end = svg.lastIndexOf('</svg>');
  return end < 0 ? svg : svg.slice(0, end) + dot + svg.slice(end);
}

export class Icon {
  #link;
  #plain;
  #dotted = null;
  #hasDot = false;

  constructor(link) {
    this.#link = link;
    this.#plain = link.href;
  }

  async show(hasDot) {
    if (hasDot === this.#hasDot)
      return;
    this.#hasDot = hasDot;
    try {
      if (hasDot)
        this.#dotted ??= `data:image/svg+xml,${encodeURIComponent(withDot(await (await fetch(this.#plain)).text()))}`;
    } catch {
      // The host is gone: the title says it, too.
    }
    this.#link.href = this.#hasDot && this.#dotted !== null ? this.#dotted : this.#plain;
  }
}
