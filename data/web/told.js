// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Being told of what comes while nobody looks: a sound and a vibration, if they
// are switched on.

// At a burst one is told once in so long.
export const restMs = 2_000;
const vibrationMs = 80;

/*
 * Whether somebody is to be told of this item: `isLooking` says whether the page is
 * in front of them. Pure.
 */
export function isWorthTelling({ isRetained }, { isLooking, isQuiet, sinceMs }) {
  return !isRetained && !isLooking && !isQuiet && sinceMs >= restMs;
}

export class Told {
  #settings;
  #chime;
  #toldMs = -Infinity;

  // `chime` makes a sound.
  constructor({ settings, chime }) {
    this.#settings = settings;
    this.#chime = chime;
  }

  // Something of somebody else has come.
  notice(item) {
    const nowMs = performance.now();
    const isLooking = document.visibilityState === 'visible' && document.hasFocus();
    const isQuiet = this.#settings.isOn('do-not-disturb');
    if (!isWorthTelling(item, { isLooking, isQuiet, sinceMs: nowMs - this.#toldMs }))
      return;
    const [hasSound, hasVibration] = ['sound', 'vibrate'].map((name) => this.#settings.isOn(name));
    if (hasSound || hasVibration)
      this.#toldMs = nowMs;
    this.#tell(hasSound, hasVibration);
  }

  // Lets somebody hear or feel what they have switched on.
  show(name) {
    this.#tell(name === 'sound', name === 'vibrate');
  }

  #tell(hasSound, hasVibration) {
    if (hasSound)
      this.#chime.play();
    if (hasVibration)
      navigator.vibrate?.(vibrationMs);
  }
}
