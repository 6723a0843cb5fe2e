/** The text with its edits made, from the end to the beginning so that places keep their numbers. */
exports.edited = (text, edits) =>
  [...edits]
    .sort((one, other) => other.start - one.start)
    .reduce((now, { start, end, text: instead }) => now.slice(0, start) + instead + now.slice(end), text);
