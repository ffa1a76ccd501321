import { buildPage } from './page.js'
import { setUp } from './set-up.js'

// npm run build: the page, anew. `npm start` does it by itself when a source has changed.
await buildPage(await setUp({ page: false }))
