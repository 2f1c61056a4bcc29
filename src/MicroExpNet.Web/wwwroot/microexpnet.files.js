// Where the files of the runtime are, by name. Empty here: they lie in _framework, beside this file. The npm package lists them, so that
// bundlers find and copy them.
export const files = {};
