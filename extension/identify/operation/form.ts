import { capOf } from '../body/caps.ts';
import type { Form } from '../body/form.ts';
import type { ServiceRow } from '../catalog/index.ts';
import { doubt } from '../doubt.ts';
import { single } from '../query-string.ts';
import type { Protocol } from '../request.ts';
import { dotSegments } from './segments.ts';
import { NO_LABELS, type Place, type Spoken, type SpokenOperation } from './spoken.ts';
import { unknown } from './unknown.ts';

/** `Action=…&Version=…`, in the body of a POST or in the query of a GET (Smithy awsQuery, ec2Query). */
export function formOperation(place: Place, rows: readonly ServiceRow[]): Spoken {
  const { head, fields, parameters, endpoint, target } = place;
  if (target.path !== '/' && target.path !== '') {
    // SQS's requests go to the path of the queue; a custom endpoint can have a path of its own.
    if (endpoint !== null && !rows.some(({ id }) => id === 'sqs')) doubt('a path beside an operation that has none');
    dotSegments(target.path);
  }
  const protocol: Protocol = rows.every(({ protocols }) => protocols.includes('ec2')) ? 'ec2Query' : 'awsQuery';
  const inQuery = single(parameters, 'Action');
  const safe = head.method === 'GET' || head.method === 'HEAD';
  if (!safe && head.method !== 'POST') doubt('an Action in a request that is neither GET nor POST');
  if (inQuery === null) {
    if (safe) return unknown('a request that names no operation of its service', rows[0]!.prefix);
    checkType(fields.contentType, rows[0]!.prefix);
    if (parameters.some(([name]) => !/^x-amz-/i.test(name))) doubt('parameters in the query and in the body');
  }
  return {
    kind: 'form',
    protocol,
    from: inQuery === null ? 'body' : 'query',
    cap: Math.max(...rows.map(({ id }) => capOf(id))),
    find: (form) => byAction(form, rows, protocol),
  };
}

function checkType(contentType: string | null, prefix: string): void {
  const [type = '', ...parameters] = contentType?.split(';') ?? [];
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    unknown('a request that names no operation of its service', prefix);
  }
  if (!/^\s*(?:charset="?utf-?8"?\s*)?$/i.test(parameters.join(';'))) doubt('a form in an unusual charset');
}

function byAction(form: Form, rows: readonly ServiceRow[], protocol: Protocol): SpokenOperation {
  form.unusualSpelling('Action', 'Version');
  const action = form.get('Action');
  const version = form.get('Version');
  const prefix = rows[0]!.prefix;
  if (action === null) return unknown('a form that names no operation', prefix);
  const ofVersion = version === null ? rows : rows.filter((row) => row.version === version || row.version === '');
  if (ofVersion.length === 0) return unknown('a version that the catalog does not know', prefix);
  for (const row of ofVersion) {
    const operation = row.table().operation(action);
    if (operation !== undefined) return { kind: 'operation', operation, protocol, labels: NO_LABELS };
  }
  return unknown('an operation that the catalog does not know', ofVersion[0]!.prefix);
}
