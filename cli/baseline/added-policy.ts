import type { BaselineDocument } from '../../baseline/model/document.ts';
import { own } from '../../baseline/own.ts';
import type { PolicyDocument } from '../../baseline/policy/document.ts';
import { documentOf, recommend } from '../../baseline/policy/recommend.ts';
import { type Use, usageOf } from '../../baseline/policy/usage.ts';

export interface AddedPolicy {
  readonly function: string;
  readonly document: PolicyDocument;
}

/** What the newer document allows and the older does not, as IAM would grant it: a policy for each function that has something of the kind. */
export function addedPolicies(older: BaselineDocument, newer: BaselineDocument): AddedPolicy[] {
  return Object.entries(newer.functions).flatMap(([name, baseline]) => {
    const before = own(older.functions, name);
    const known = new Set(before === undefined ? [] : usageOf(name, before).uses.map(grantOf));
    const statements = recommend(usageOf(name, baseline).uses.filter((use) => !known.has(grantOf(use))));
    return statements.length === 0 ? [] : [{ function: name, document: documentOf(statements) }];
  });
}

const grantOf = ({ action, arn, prefix, regions }: Use): string => JSON.stringify([action, arn, prefix, regions]);
