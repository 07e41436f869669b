import { learnedDocument, learnedOf } from '../../baseline/store/learned.ts';
import { pool } from '../../baseline/store/pool.ts';
import { UsageError } from '../errors.ts';
import { say } from '../output.ts';
import { counted } from '../progress.ts';
import { type OpenStore, operatorSend } from './store.ts';

/** What a function has learned, and what a quorum of others of the same code has. */
export async function pooled({ fleet, store }: OpenStore, name: string, quorum: number) {
  const { code, functions } = await sameCode(name);
  const own = await fleet.candidate(name);
  const others = [];
  for (const other of functions) {
    const document = await fleet.candidate(other);
    if (document !== null) others.push(learnedOf(other, document));
  }
  if (own === null && others.length < quorum)
    throw new UsageError(`${store} holds no candidate for the function ${name}, nor for ${quorum} others of its code`);
  const { learned, taken } = pool(own === null ? null : learnedOf(name, own), others, quorum);
  say(
    `rolefence baseline pull: ${counted(taken.size, 'thing')} of ${counted(others.length, 'other function')} with the code of ${name}`,
  );
  return {
    ...learnedDocument(name, learned),
    pool: { [name]: { code, functions, quorum, taken: Object.fromEntries(taken) } },
  };
}

interface Listed {
  readonly Functions?: readonly { readonly FunctionName: string; readonly CodeSha256: string }[];
  readonly NextMarker?: string;
}

/** Lambda's own word, by the credentials of whoever runs the command: a function cannot claim a code. */
async function sameCode(name: string): Promise<{ readonly code: string; readonly functions: readonly string[] }> {
  const send = await operatorSend('--same-code', null);
  const codes = new Map<string, string>();
  let marker: string | undefined;
  do {
    const query: Record<string, string> = { ...(marker === undefined ? {} : { Marker: marker }), MaxItems: '50' };
    const { status, body } = await send({
      service: 'lambda',
      endpoint: 'lambda',
      method: 'GET',
      path: '/2015-03-31/functions/',
      query,
    }).catch((cause: unknown) => {
      throw new UsageError('--same-code: AWS Lambda cannot be reached', { cause });
    });
    if (status !== 200) throw new UsageError(`--same-code: lambda:ListFunctions was refused (status ${status})`);
    const page = JSON.parse(Buffer.from(body).toString('utf8')) as Listed;
    for (const { FunctionName, CodeSha256 } of page.Functions ?? []) codes.set(FunctionName, CodeSha256);
    marker = page.NextMarker;
  } while (marker);
  const code = codes.get(name);
  if (code === undefined) throw new UsageError(`--same-code: Lambda knows no function ${name} here`);
  return {
    code,
    functions: [...codes].filter(([other, its]) => other !== name && its === code).map(([other]) => other),
  };
}
