import type { BaselineDocument, Evidence } from '../../baseline/model/document.ts';

/** A document as a sensor of an older version would have written it: it says no days. */
export function asOlder(document: BaselineDocument): BaselineDocument {
  return JSON.parse(
    JSON.stringify(document, (_, value: unknown) => (isEvidence(value) ? value.slice(0, 2) : value)),
  ) as BaselineDocument;
}

const isEvidence = (value: unknown): value is Extract<Evidence, readonly unknown[]> =>
  Array.isArray(value) && value.length === 3 && typeof value[0] === 'number' && typeof value[1] === 'string';
