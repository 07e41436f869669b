import type { EvidenceMap } from '../../baseline/model/document.ts';
import type { ActionModel } from '../../baseline/model/function-model.ts';
import { patternOf } from '../../baseline/policy/pattern.ts';

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
    const shown = learned === undefined ? template : shownAs(template, learned);
    found.set(shown, [...(found.get(shown) ?? []), template]);
  }
  return [...found].map(([resource, templates]) => ({ resource, templates }));
}

function shownAs(template: string, learned: ActionModel): string {
  const { arn, prefix } = patternOf(template, learned.resources);
  const shown = prefix === null ? arn : `${arn}?prefix=${prefix}`;
  // Where nothing more is open the document's own words are the clearer ones: `{n}` says what `*` does not.
  return shown === template.replace(/\{\w*\}/g, '*') || !shown.includes('*') ? template : shown;
}
