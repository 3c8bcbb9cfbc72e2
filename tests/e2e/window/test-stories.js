// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The stories, in the window, and pictures of it.

import { run } from '../support/check.js';
import { openFaceWindow } from '../support/face-window.js';
import { keepPictures } from '../support/pictures.js';
import { tellStories } from '../support/tell-stories.js';

tellStories(openFaceWindow);
keepPictures(openFaceWindow);

await run();
