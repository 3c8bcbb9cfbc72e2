// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The stories, in the window, and pictures of it.

import { run } from '../support/check.js';
import { openFaceWindow } from '../support/face-window.js';
import { keepPictures } from '../support/pictures.js';
import { tellStories } from '../support/tell-stories.js';

// On a busy machine the day's first message was once not brought wholly into sight. Until it is known why, that is told when
// it is asked for by its name; ui-window-search has what leads there.
const unsteady = 'the first message of a day';
const isAsked = process.argv[2] !== undefined && unsteady.includes(process.argv[2]);
tellStories(openFaceWindow, { without: isAsked ? [] : [unsteady] });
keepPictures(openFaceWindow);

await run();
