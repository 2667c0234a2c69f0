// What each figure means. The page has no figures of its own.

import { setUp } from "./page.js";

setUp(() => { document.body.dataset.state = "shown"; });
