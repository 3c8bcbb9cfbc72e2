// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The stories, on the page, and pictures of it.

import { run } from '../support/check.js';
import { openFacePage } from '../support/face-page.js';
import { keepPictures } from '../support/pictures.js';
import { tellStories } from '../support/tell-stories.js';

tellStories(openFacePage);
keepPictures(openFacePage);

await run();
