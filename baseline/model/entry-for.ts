import type { BaselineDocument, FunctionBaseline } from './document.ts';

/**
 * The entry of a function in a document. Names and unqualified ARNs may stand on either side: an exact match wins; otherwise a name matches the
 * one ARN that ends in it (and an ARN the plain name), but never where two entries could be meant, and never one ARN another.
 */
export function entryFor(document: BaselineDocument, nameOrArn: string | null): FunctionBaseline | null {
  if (nameOrArn === null) return null;
  if (Object.hasOwn(document.functions, nameOrArn)) return document.functions[nameOrArn] ?? null;
  const name = functionName(nameOrArn);
  if (name !== nameOrArn) return Object.hasOwn(document.functions, name) ? (document.functions[name] ?? null) : null;
  const matches = Object.keys(document.functions).filter((key) => key !== name && functionName(key) === name);
  return matches.length === 1 ? (document.functions[matches[0]!] ?? null) : null;
}

/** `arn:aws:lambda:eu-west-1:111122223333:function:resize` → `resize`; a plain name stays. */
export function functionName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf(':') + 1) : nameOrArn;
}
