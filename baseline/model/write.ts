import type { BaselineDocument } from './document.ts';

/**
 * The document as text: two spaces of indentation, lists of numbers and evidence on one line, a newline at the end. A function that is long so has no indentation. Deterministic: keys are sorted
 * where they are learned, so equal documents give equal bytes.
 */
export function serializeBaseline(document: BaselineDocument): string {
  return `${pretty(document, '', 0)}\n`;
}

/** Below the document and its functions: what a function is told in. */
const FUNCTION = 2;
const LONG = 128 * 1024;

/** Each action and each host in one line. */
function tight(value: object): string {
  const lines = Object.entries(value).map(([key, item]) => {
    const inner = key === 'actions' || key === 'egress' ? Object.entries(item as object) : [];
    if (inner.length === 0) return `${JSON.stringify(key)}:${JSON.stringify(item)}`;
    return `${JSON.stringify(key)}:{\n${inner.map((one) => one.map((it) => JSON.stringify(it)).join(':')).join(',\n')}\n}`;
  });
  return `{\n${lines.join(',\n')}\n}`;
}

function pretty(value: unknown, indent: string, depth: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length <= 8 && !value.some((item) => typeof item === 'string' && item.includes(':')))
      return JSON.stringify(value);
    return `[\n${value.map((item) => deeper + pretty(item, deeper, depth + 1)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const inline = JSON.stringify(value);
  if (inline.length <= 60 && entries.every(([, item]) => typeof item === 'string')) return inline;
  const text = `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${pretty(item, deeper, depth + 1)}`).join(',\n')}\n${indent}}`;
  return depth === FUNCTION && text.length > LONG ? tight(value) : text;
}
