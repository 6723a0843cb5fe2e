// Loaded with `--import`: compiles modules of the product with edits, in place of what is in `dist`. The product knows nothing of it.
// - BULKHEAD_MUTATION, `{"edits": […]}`, edits the product of the whole process.
// - BULKHEAD_MUTANTS_FILE names a file with a list of lists of edits: a module that is imported with `?mutation=<index>`, and every module
//   that it imports, is compiled with the edits of that index.
import { register } from 'node:module';

const { edits = [] } = JSON.parse(process.env.BULKHEAD_MUTATION ?? '{}');
register('./mutation-loader.mjs', import.meta.url, { data: { edits, file: process.env.BULKHEAD_MUTANTS_FILE } });
