import { EGRESS } from '../learn/company.ts';
import { operationOf } from '../names/step.ts';
import { resourceName } from './resource-name.ts';

/** "dynamodb:PutItem on table/orders", "a connection to api.example.com:443". */
export function stepText(step: string): string {
  const operation = operationOf(step);
  const thing = step.slice(operation.length + 1);
  if (operation === EGRESS) return `a connection to ${thing}`;
  return thing === '' || thing === '*' ? operation : `${operation} on ${resourceName(thing)}`;
}
