// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two soft tones, made by the browser. It makes none before somebody has touched
// the page or pressed a key: the way to the loudspeaker is opened then.

const tones = [[660, 0], [880, 0.12]];
const loudness = 0.12;
const lengthS = 0.3;

export class Chime {
  #isWanted;
  #context = null;

  // `isWanted` tells whether there is to be a sound at all.
  constructor(isWanted) {
    this.#isWanted = isWanted;
    for (const event of ['pointerup', 'keydown'])
      addEventListener(event, () => this.#open(), { capture: true, passive: true });
  }

  play() {
    this.#open();
    const context = this.#context;
    if (context?.state !== 'running')
      return;
    for (const [frequency, afterS] of tones) {
      const startS = context.currentTime + afterS;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, startS);
      gain.gain.linearRampToValueAtTime(loudness, startS + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, startS + lengthS);
      const tone = new OscillatorNode(context, { frequency });
      tone.connect(gain).connect(context.destination);
      tone.start(startS);
      tone.stop(startS + lengthS);
    }
  }

  #open() {
    if (!this.#isWanted() || window.AudioContext === undefined)
      return;
    this.#context ??= new AudioContext();
    if (this.#context.state !== 'running')
      this.#context.resume().catch(() => {});
  }
}
