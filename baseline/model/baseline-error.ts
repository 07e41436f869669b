/** A text that is no baseline we can use. The message is one sentence: source, place in the document, what was expected. */
export class BaselineError extends Error {
  readonly code:
    | 'baseline-json'
    | 'baseline-format'
    | 'baseline-field'
    | 'baseline-signature'
    | 'baseline-serial'
    | 'hand-in'
    | 'break-glass'
    | 'isolation';

  constructor(code: BaselineError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BaselineError';
    this.code = code;
  }
}
