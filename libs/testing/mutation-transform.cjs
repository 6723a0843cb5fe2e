// Jest's compiler for a run with a mutation: the files that BULKHEAD_MUTATION edits are compiled from the edited text.
const { createHash } = require('node:crypto');
const { relative } = require('node:path');
const { createTransformer } = require('@swc/jest');
const { edited } = require('./mutation-edits.cjs');

const { edits = [] } = JSON.parse(process.env.BULKHEAD_MUTATION ?? '{}');

exports.createTransformer = (options) => {
  const swc = createTransformer(options);
  const mutate = (text, path, { config }) => {
    const file = relative(config.rootDir, path);
    return edited(
      text,
      edits.filter((edit) => edit.file === file),
    );
  };
  return {
    ...swc,
    process: (text, path, context) => swc.process(mutate(text, path, context), path, context),
    getCacheKey: (text, path, context) =>
      createHash('sha256')
        .update(swc.getCacheKey(text, path, context))
        .update(mutate(text, path, context))
        .digest('hex'),
  };
};
