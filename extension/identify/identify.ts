import { applyRule } from './access.ts';
import { accountOfKey } from './access-key.ts';
import { capOf } from './body/caps.ts';
import { readCbor } from './body/cbor.ts';
import { uncoded } from './body/coding.ts';
import { Form, formText } from './body/form.ts';
import { readJson } from './body/json.ts';
import { type Tree, type Want, want } from './body/tree.ts';
import { readXml } from './body/xml.ts';
import { candidatesOf, guessService } from './candidates.ts';
import { catalogIndex } from './catalog/index.ts';
import type { Operation } from './catalog/service.ts';
import { issuesCredentials } from './credentials.ts';
import { Doubt, doubt } from './doubt.ts';
import { type Endpoint, partitionOf, readEndpoint } from './endpoint.ts';
import { type Fields, readFields } from './fields.ts';
import { readTarget, type Target } from './host.ts';
import { findOperation, isUnknown, type Spoken, type SpokenOperation, type SpokenUpload } from './operation.ts';
import { guessProtocol } from './protocol.ts';
import { type Parameters, parseParameters } from './query-string.ts';
import type { Binder, Naming, Reading } from './reading.ts';
import type { Identification, NamedRequest, Protocol, RequestHead } from './request.ts';
import { binderOf } from './resources/binders.ts';
import { fromQuery, readSignature, type Signature } from './signature.ts';

/** Who and where, known before the operation is. */
interface Facts {
  service: string;
  host: string;
  region: string | null;
  account: string | null;
  accessKeyId: string | null;
  /** Null until the operation is known. */
  protocol: Protocol | null;
}

/** The request once its head has been read. */
interface Request {
  readonly head: RequestHead;
  readonly fields: Fields;
  readonly target: Target;
  readonly endpoint: Endpoint | null;
  readonly signature: Signature;
  readonly parameters: Parameters;
  readonly facts: Facts;
}

/**
 * Names a request: service, operation, IAM actions and resource ARNs, region, account and key. What can be read in two ways is `ambiguous`,
 * what the catalog does not know is `unknown`; neither is ever given the name of something else. Never throws.
 * `context.account` stands in where the key id does not tell its account.
 */
export function identify(head: RequestHead, context: { account: string | null }): Identification {
  const facts: Facts = {
    service: 'unknown',
    host: '',
    region: null,
    account: null,
    accessKeyId: null,
    protocol: null,
  };
  try {
    return read(head, context, facts);
  } catch (thrown) {
    return { kind: 'named', named: notExact(facts, head, context, thrown) };
  }
}

/** Reads the catalog's index ahead of the first request. */
export function prepare(): void {
  try {
    catalogIndex();
  } catch {
    // The first request says so.
  }
}

function read(head: RequestHead, context: { account: string | null }, facts: Facts): Identification {
  const fields = readFields(head);
  const target = readTarget(head, fields);
  facts.host = target.host;
  let parsed: Parameters | null = null;
  const parameters = (): Parameters => (parsed ??= parseParameters(target.query));
  const signature = readSignature(fields, target.query, parameters);
  const endpoint = readEndpoint(target.hostname);
  facts.accessKeyId = signature.accessKeyId;
  facts.account = accountOf(signature.accessKeyId, context);
  facts.region = signature.kind === 'v4' || signature.kind === 'v4a' ? signature.region : (endpoint?.region ?? null);
  facts.service = guessService(signature, endpoint);

  const candidates = candidatesOf(signature, endpoint, target.path, fields);
  facts.service = candidates[0]?.prefix ?? facts.service;
  const request: Request = { head, fields, target, endpoint, signature, parameters: parameters(), facts };
  const spoken = findOperation({ ...request, rows: candidates });
  facts.protocol = spoken.protocol;
  if (spoken.kind === 'form') {
    if (spoken.cap === 0) return { kind: 'named', named: nameForm(request, spoken, EMPTY, false, context) };
    return {
      kind: 'body',
      cap: spoken.cap,
      name: (body, truncated) => guarded(request, context, () => nameForm(request, spoken, body, truncated, context)),
    };
  }
  if (spoken.kind === 'upload') {
    return {
      kind: 'body',
      cap: spoken.cap,
      name: (body) => guarded(request, context, () => nameUpload(request, spoken, body, context)),
    };
  }
  facts.service = spoken.operation.service.row.prefix;
  checkSigned(signature, spoken.operation);
  return operationOf(request, spoken, context);
}

/** The operation is known from the head; its resources may need the body. */
function operationOf(request: Request, spoken: SpokenOperation, context: { account: string | null }): Identification {
  const { operation } = spoken;
  const binder = binderFor(operation);
  const reading = readingOf(request, operation, spoken.labels, undefined);
  const wanted = binder?.wants(operation.name, reading);
  const wants = wanted === undefined ? wantOf(operation) : wanted;
  // What streams is never held: events come one by one, and their answers may be awaited.
  const streams = /^\s*application\/vnd\.amazon\.eventstream\b/i.test(request.fields.contentType ?? '');
  if (wants === null || streams) return { kind: 'named', named: exact(request, spoken, reading) };
  return {
    kind: 'body',
    cap: capOf(operation.service.row.id),
    name: (body, truncated) =>
      guarded(request, context, () => {
        if (truncated) doubt('a body too large to be read for its resources');
        checkCharset(request.fields.contentType);
        const tree = readBody(uncoded(body, request.fields.contentEncoding), spoken.protocol, wants);
        return exact(request, spoken, { ...reading, body: tree });
      }),
  };
}

/** A service could read the bytes by the charset that the field names; SDKs name none but UTF-8. */
function checkCharset(contentType: string | null): void {
  const charset = contentType === null ? null : /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType);
  if (charset !== null && !/^utf-?8$/i.test(charset[1]!)) doubt('a body in an unusual charset');
}

function readBody(body: Uint8Array, protocol: Protocol, wants: Want): Tree | undefined {
  if (body.length === 0) return undefined;
  if (protocol === 'rpcv2Cbor') return readCbor(body, wants);
  if (protocol === 'restXml') return readXml(body);
  return readJson(body, wants);
}

function nameForm(
  request: Request,
  spoken: Extract<Spoken, { kind: 'form' }>,
  body: Uint8Array,
  truncated: boolean,
  context: { account: string | null },
): NamedRequest {
  if (truncated) doubt('a body too large to be read for its operation');
  const text = formText(uncoded(body, request.fields.contentEncoding));
  if (spoken.from === 'query' && text !== '') doubt('parameters in the query and in the body');
  const form = new Form(spoken.from === 'query' ? request.target.query : text);
  const found = spoken.find(form);
  const { facts } = request;
  facts.service = found.operation.service.row.prefix;
  let { signature } = request;
  const old = form.get('AWSAccessKeyId');
  if (old !== null && spoken.from === 'body') {
    if (signature.kind !== 'none') doubt('a signature in the head and one in the body');
    signature = { kind: 'v2', accessKeyId: old, region: null, signingName: null };
    facts.accessKeyId = old;
    facts.account = accountOf(old, context);
  }
  checkSigned(signature, found.operation);
  const reading = readingOf(request, found.operation, new Map(), form.tree());
  return exact({ ...request, signature }, found, reading);
}

function nameUpload(
  request: Request,
  spoken: SpokenUpload,
  body: Uint8Array,
  context: { account: string | null },
): NamedRequest {
  const { operation, credential, access } = spoken.read(body);
  const { facts } = request;
  facts.service = operation.service.row.prefix;
  let { signature } = request;
  if (credential.length > 0) {
    if (signature.kind !== 'none') doubt('a signature in the head and one in the body');
    signature = fromQuery(credential);
    facts.accessKeyId = signature.accessKeyId;
    facts.account = accountOf(signature.accessKeyId, context);
    facts.region = signature.region ?? facts.region;
    if (facts.region !== null && request.endpoint?.region != null && facts.region !== request.endpoint.region) {
      doubt('a signature for another region than the host');
    }
  }
  checkSigned(signature, operation);
  const reading = readingOf(request, operation, new Map(), undefined);
  return named(request, operation, spoken.protocol, { access: access(reading.partition) });
}

const binderFor = (operation: Operation): Binder | undefined => operation.binder ?? binderOf(operation.service.row.id);

const wants = new WeakMap<Operation, Want | null>();

/** What the catalog's rule needs of the body; null where the head says it all. */
function wantOf(operation: Operation): Want | null {
  let wanted = wants.get(operation);
  if (wanted === undefined) {
    const { body } = operation.access();
    wanted = body.length === 0 ? null : want(...body);
    wants.set(operation, wanted);
  }
  return wanted;
}

function readingOf(
  request: Request,
  operation: Operation,
  labels: ReadonlyMap<string, string>,
  body: Tree | undefined,
): Reading {
  const { facts, endpoint } = request;
  const region = facts.region ?? endpoint?.region ?? null;
  return {
    head: request.head,
    path: request.target.path,
    parameters: request.parameters,
    endpoint,
    hostname: request.target.hostname,
    operation,
    labels,
    body,
    partition: partitionFor(region, endpoint),
    region: region ?? '*',
    account: facts.account ?? '*',
  };
}

function partitionFor(region: string | null, endpoint: Endpoint | null): string {
  if (endpoint !== null && (region === null || region === endpoint.region)) return endpoint.partition;
  return (region === null ? null : partitionOf(region)) ?? endpoint?.partition ?? 'aws';
}

function exact(request: Request, spoken: SpokenOperation, reading: Reading): NamedRequest {
  const { operation } = spoken;
  const naming: Naming = binderFor(operation)?.name(operation.name, reading) ?? applyRule(operation.access(), reading);
  return named(request, operation, spoken.protocol, naming);
}

function named({ facts }: Request, operation: Operation, protocol: Protocol, naming: Naming): NamedRequest {
  return {
    service: naming.service ?? operation.service.row.prefix,
    operation: operation.name,
    certainty: 'exact',
    access: naming.access,
    region: facts.region,
    account: facts.account,
    accessKeyId: facts.accessKeyId,
    prefix: naming.prefix ?? null,
    host: facts.host,
    items: naming.items ?? 1,
    protocol,
    reason: null,
    issuesCredentials: issuesCredentials(operation.service.row.id, operation.name),
  };
}

/** Unsigned where a signature is expected: somebody took it away, or somebody tries what works without. */
function checkSigned(signature: Signature, { unsigned, service }: Operation): void {
  if (unsigned) return;
  if (signature.kind === 'none') doubt('no signature where the operation needs one');
  if (signature.kind === 'bearer' && !service.row.bearer) doubt('a bearer token where the operation needs a signature');
}

const accountOf = (accessKeyId: string | null, context: { account: string | null }): string | null =>
  accessKeyId === null ? null : (accountOfKey(accessKeyId) ?? context.account);

function guarded(request: Request, context: { account: string | null }, name: () => NamedRequest): NamedRequest {
  try {
    return name();
  } catch (thrown) {
    return notExact(request.facts, request.head, context, thrown);
  }
}

function notExact(facts: Facts, head: RequestHead, context: { account: string | null }, thrown: unknown): NamedRequest {
  const unknown = isUnknown(thrown) ? thrown : null;
  const reason = unknown?.reason ?? (thrown instanceof Doubt ? thrown.reason : 'a request that could not be read');
  const service = unknown?.service ?? facts.service;
  const seen = facts.host === '' ? atLeast(head, context) : {};
  const known = { ...facts, ...seen };
  const prefix = service === 'unknown' ? known.service : service;
  return {
    service: prefix,
    operation: null,
    certainty: unknown !== null ? 'unknown' : 'ambiguous',
    access: [{ action: `${prefix}:*`, resources: ['*'] }],
    region: known.region,
    account: known.account,
    accessKeyId: known.accessKeyId,
    prefix: null,
    host: known.host,
    items: null,
    protocol: known.protocol ?? guessProtocol(head),
    reason,
    issuesCredentials: false,
  };
}

/** Who seems to call where, for a head that was doubted before it was read: the first of each field. */
function atLeast(head: RequestHead, context: { account: string | null }): Partial<Facts> {
  const first = (name: string): string | null => head.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const host = (head.authority ?? first('host') ?? head.sni ?? '').trim().toLowerCase().replace(/:443$/, '');
  const endpoint = readEndpoint(host.replace(/:\d+$/, ''));
  let signature: Signature = { kind: 'none', accessKeyId: null, region: null, signingName: null };
  try {
    const query = head.target.split('?')[1] ?? '';
    signature = readSignature({ ...NO_FIELDS, authorization: first('authorization') }, query, () =>
      parseParameters(query),
    );
  } catch {
    // Nothing more is known of it.
  }
  return {
    host,
    service: guessService(signature, endpoint),
    region: signature.region ?? endpoint?.region ?? null,
    accessKeyId: signature.accessKeyId,
    account: accountOf(signature.accessKeyId, context),
  };
}

const EMPTY = new Uint8Array(0);

const NO_FIELDS: Fields = {
  host: null,
  authorization: null,
  target: null,
  contentType: null,
  contentEncoding: null,
  smithyProtocol: null,
  regionSet: null,
};
