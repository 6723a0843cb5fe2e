// Loaded with `--import`: a module of the product that is imported with `?mutation=<number>`, and every one that it imports, is compiled
// with the edits of that mutation, in place of what is in `dist`. The mutations are in the file that BULKHEAD_MUTATIONS names, as a list
// of lists of edits; the product knows nothing of it.
import { register } from 'node:module';

register('./mutation-loader.mjs', import.meta.url, { data: { file: process.env.BULKHEAD_MUTATIONS } });
