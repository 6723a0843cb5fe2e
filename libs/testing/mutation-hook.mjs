// Loaded with `--import`: compiles the sources that a mutation edits from the edited text, in place of what is in `dist`. The
// mutation is in BULKHEAD_MUTATION; the product knows nothing of it.
import { register } from 'node:module';

const { edits = [] } = JSON.parse(process.env.BULKHEAD_MUTATION ?? '{}');
register('./mutation-loader.mjs', import.meta.url, { data: { edits } });
