import type { BaselineDocument } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';

/** Functions that stand in a document by their name and by an ARN that ends in it, as calls and CloudTrail name them: one sentence each. Whether they are one, a document does not say. */
export function twoNames({ functions }: BaselineDocument): string[] {
  return Object.keys(functions).flatMap((arn) => {
    const name = functionName(arn);
    return name !== arn && Object.hasOwn(functions, name)
      ? [
          `${name} and ${arn} stand in it as two functions, and neither knows what the other does: where they are one, name it alike in both files before they are merged`,
        ]
      : [];
  });
}
