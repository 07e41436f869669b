import { type Policy, PolicyError, readPolicy } from '../../baseline/policy/document.ts';
import { InputError } from '../errors.ts';
import { inputName, readText } from '../input/whole.ts';

/**
 * The policies in a file: a document, a list of documents, what `rolefence policy recommend --json` prints, or what `aws iam get-role-policy`,
 * `get-policy-version` and their like print.
 */
export function readPolicyFile(name: string): Policy[] {
  const source = inputName(name);
  const text = readText(name, 'an IAM policy (JSON)');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const position = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const line = text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
    throw new InputError(source, line, 'not valid JSON: an IAM policy was expected', { cause });
  }
  return policiesIn(value, source);
}

export function policiesIn(value: unknown, source: string): Policy[] {
  try {
    return [...documentsIn(value)].map((document) => readPolicy(document, source));
  } catch (cause) {
    if (cause instanceof PolicyError)
      throw new InputError(source, null, cause.message.slice(source.length + 2), { cause });
    throw cause;
  }
}

function* documentsIn(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const item of value) yield* documentsIn(item);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    yield value;
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const inner =
    fields.policies ??
    fields.Content ??
    fields.PolicyDocument ??
    fields.document ??
    fields.Document ??
    fields.PolicyVersion ??
    fields.Policy;
  if ('Statement' in fields || inner === undefined) yield fields;
  else if (typeof inner === 'string') yield decoded(inner);
  else yield* documentsIn(inner);
}

/** IAM's API gives documents as URL-encoded JSON. */
function decoded(text: string): unknown {
  try {
    return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text));
  } catch {
    return text.slice(0, 40);
  }
}
