import type { EvidenceMap } from '../../baseline/model/document.ts';
import type { ActionModel } from '../../baseline/model/function-model.ts';
import { kindOf } from '../../baseline/policy/pattern.ts';
import { grouped } from '../progress.ts';

/** What a sensor lets through of one action: a resource as it stands, or with `*` where other names of the kind are let through too. */
export interface Judged {
  readonly resource: string;
  /** Templates of the document that it stands for. */
  readonly templates: readonly string[];
}

/** The resources of an action as the sensor judges by them, in the order of the document. */
export function judged(resources: EvidenceMap, learned: ActionModel | undefined): Judged[] {
  const found = new Map<string, string[]>();
  for (const template of Object.keys(resources)) {
    const shown = (learned === undefined ? null : kindOf(template, learned.resources)) ?? template;
    found.set(shown, [...(found.get(shown) ?? []), template]);
  }
  return [...found].map(([resource, templates]) => ({ resource, templates }));
}

/** Said of what stands for so many names and for all others of their kind. */
export const anyOther = (seen: number): string => `${grouped(seen)} seen; any other of the kind passes, too`;
