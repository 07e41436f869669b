/** Not to be passed on: it could be read in two ways. `message` is one phrase that quotes nothing of the head. */
export class MalformedHead extends Error {
  readonly code = 'malformed-head';
}
