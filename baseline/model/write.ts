import type { BaselineDocument } from './document.ts';

/**
 * The document as text: two spaces of indentation, lists of numbers and evidence on one line, a newline at the end. Deterministic: keys are sorted
 * where they are learned, so equal documents give equal bytes.
 */
export function serializeBaseline(document: BaselineDocument): string {
  return `${pretty(document, '')}\n`;
}

function pretty(value: unknown, indent: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length <= 8 && !value.some((item) => typeof item === 'string' && item.includes(':')))
      return JSON.stringify(value);
    return `[\n${value.map((item) => deeper + pretty(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const inline = JSON.stringify(value);
  if (inline.length <= 60 && entries.every(([, item]) => typeof item === 'string')) return inline;
  return `{\n${entries.map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${pretty(item, deeper)}`).join(',\n')}\n${indent}}`;
}
