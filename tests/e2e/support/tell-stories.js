// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Makes tests of the stories, for one face.

import { startBroker } from './broker.js';
import { atEnd, Scope, test } from './check.js';
import { joinPeer } from './peer.js';
import { chapters } from './stories.js';

// A broker and a face that the stories of a chapter share; after one that failed, the next has new ones.
class Stage {
  #chapter;
  #openFace;
  #scope = null;
  #props = null;

  constructor(chapter, openFace) {
    this.#chapter = chapter;
    this.#openFace = openFace;
  }

  async #open() {
    if (this.#scope !== null)
      return;
    this.#scope = new Scope();
    const broker = await startBroker(this.#scope, this.#chapter.broker);
    const early = new Scope();
    await this.#chapter.prepare?.({ broker, join: (...args) => joinPeer(early, broker, ...args) });
    await early.close();
    this.#props = { broker, face: await this.#openFace(this.#scope, broker) };
  }

  async close() {
    await this.#scope?.close();
    this.#scope = null;
  }

  async tell(t, story) {
    try {
      await this.#open();
      const { broker, face } = this.#props;
      await story({ t, broker, face, join: (...args) => joinPeer(t, broker, ...args) });
    } catch (error) {
      await this.#props?.face.explain();
      await this.close().catch(() => {});
      throw error;
    }
  }
}

// `openFace (t, broker)` returns a face of somebody called Ada, connected. `without` names chapters and stories that are
// left out.
export function tellStories(openFace, { without = [] } = {}) {
  let last = null;
  atEnd(() => last?.close());
  for (const chapter of chapters.filter(({ name }) => !without.includes(name))) {
    const stage = new Stage(chapter, openFace);
    for (const [name, story] of Object.entries(chapter.stories).filter(([title]) => !without.includes(title))) {
      test(`${chapter.name}: ${name}`, async (t) => {
        if (last !== stage)
          await last?.close();
        last = stage;
        await stage.tell(t, story);
      });
    }
  }
}
