import { Alike, Alikes, sighted } from './alike.ts';
import { capOf } from './body/caps.ts';
import { readCbor } from './body/cbor.ts';
import { isCoded, uncoded } from './body/coding.ts';
import { Form, formText } from './body/form.ts';
import { readJson } from './body/json.ts';
import { type Tree, type Want, want } from './body/tree.ts';
import { readXml } from './body/xml.ts';
import { candidatesOf, guessService } from './candidates.ts';
import { catalogIndex } from './catalog/index.ts';
import type { Operation } from './catalog/service.ts';
import { doubt } from './doubt.ts';
import { notExact } from './doubtful.ts';
import { readEndpoint } from './endpoint.ts';
import { accountOf, type Context, type Facts, type Request } from './facts.ts';
import { readFields } from './fields.ts';
import { readPath, readTarget } from './host.ts';
import { binderFor, exact, named, readingOf } from './naming.ts';
import { findOperation, type Spoken, type SpokenOperation, type SpokenUpload } from './operation.ts';
import { type Parameters, parseParameters } from './query-string.ts';
import type { Reading } from './reading.ts';
import type { Identification, NamedRequest, Protocol, RequestHead } from './request.ts';
import { withHoistedFields } from './s3/hoisted.ts';
import { sameAccess } from './same-access.ts';
import { fromQuery, isInQuery, readSignature, type Signature } from './signature.ts';

/**
 * Names a request: service, operation, IAM actions and resource ARNs, region, account and key. What can be read in two ways is `ambiguous`,
 * what the catalog does not know is `unknown`; neither is ever given the name of something else. Never throws.
 * `context.account` stands in where the key id does not tell its account.
 */
export function identify(head: RequestHead, context: Context): Identification {
  const alike = alikes.find(head, context.account);
  const same = alike?.foundFor(head.target) ?? null;
  if (same !== null) return same;
  return attempt(
    head,
    context,
    (facts) =>
      (alike === null ? null : readAlike(alike, head.target, context, facts)) ?? read(head, context, facts, true),
  );
}

/** The same without a look at what was named before. */
export function identifyAnew(head: RequestHead, context: Context): Identification {
  return attempt(head, context, (facts) => read(head, context, facts, false));
}

function attempt(head: RequestHead, context: Context, work: (facts: Facts) => Identification): Identification {
  const facts: Facts = {
    service: 'unknown',
    host: '',
    region: null,
    account: null,
    accessKeyId: null,
    protocol: null,
  };
  try {
    return work(facts);
  } catch (thrown) {
    return { kind: 'named', named: notExact(facts, head, context, thrown) };
  }
}

const alikes = new Alikes();

/** Reads the catalog's index ahead of the first request. */
export function prepare(): void {
  try {
    catalogIndex();
  } catch {
    // The first request says so.
  }
}

/** `keep`: for those that come after it and are alike. */
function read(given: RequestHead, context: Context, facts: Facts, keep: boolean): Identification {
  const seen = keep ? sighted(given) : null;
  const head = seen ?? given;
  const fields = readFields(head);
  const target = readTarget(head, fields);
  facts.host = target.host;
  let parsed: Parameters | null = null;
  const parameters = (): Parameters => (parsed ??= parseParameters(target.query));
  const signature = readSignature(fields, target.query, parameters);
  const endpoint = readEndpoint(target.hostname);
  facts.accessKeyId = signature.accessKeyId;
  facts.account = accountOf(signature.accessKeyId, context);
  facts.region = signature.region ?? endpoint?.region ?? null;
  facts.service = guessService(signature, endpoint);

  const { host, hostname } = target;
  const reading = { fields, host, hostname, signature, endpoint, facts: { ...facts } };
  const alike = seen === null || isInQuery(target.query) ? null : new Alike(seen, context.account, reading);
  if (alike !== null) alikes.keep(alike);
  const found = readOperation({ head, fields, target, endpoint, signature, parameters: parameters(), facts }, context);
  return alike === null ? found : alike.found(head.target, found);
}

/** The same for a head of which only the target is new. Null where the target has something to say of who signs, or is none of the usual form. */
function readAlike(alike: Alike, text: string, context: Context, facts: Facts): Identification | null {
  const place = readPath(text);
  if (place === null || isInQuery(place.query)) return null;
  const { head, reading } = alike;
  const { fields, host, hostname, signature, endpoint } = reading;
  Object.assign(facts, reading.facts);
  const parameters = parseParameters(place.query);
  const target = { host, hostname, ...place };
  const request = { head: { ...head, target: text }, fields, target, endpoint, signature, parameters, facts };
  return alike.found(text, readOperation(request, context));
}

function readOperation(given: Request, context: Context): Identification {
  const { head, fields, target, endpoint, signature, parameters, facts } = given;
  const candidates = candidatesOf(signature, endpoint, target.path, fields);
  facts.service = candidates[0]?.prefix ?? facts.service;
  const isS3 = candidates.some(({ id }) => id === 's3');
  const whole = isS3 ? withHoistedFields(head, parameters) : head;
  const request: Request = whole === head ? given : { ...given, head: whole };
  const spoken = findOperation({ ...request, rows: candidates });
  facts.protocol = spoken.protocol;
  if (spoken.kind === 'form') {
    return {
      kind: 'body',
      cap: spoken.cap,
      name: (body, truncated) => {
        const own = ofItsOwn(request);
        return guarded(own, context, () => nameForm(own, spoken, body, truncated, context));
      },
    };
  }
  if (spoken.kind === 'upload') {
    return {
      kind: 'body',
      cap: spoken.cap,
      name: (body) => {
        const own = ofItsOwn(request);
        return guarded(own, context, () => nameUpload(own, spoken, body, context));
      },
    };
  }
  facts.service = spoken.operation.service.row.prefix;
  checkSigned(signature, spoken.operation);
  return operationOf(request, spoken, context);
}

/** Bodies that say who signs, and for what: what one of them has said holds for no other. */
const ofItsOwn = (request: Request): Request => ({ ...request, facts: { ...request.facts } });

/** The operation is known from the head; its resources may need the body. */
function operationOf(request: Request, spoken: SpokenOperation, context: Context): Identification {
  const { operation } = spoken;
  const reading = readingOf(request, operation, spoken.labels, undefined);
  const wants = wantedOf(operation, reading);
  // What streams is never held: events come one by one, and their answers may be awaited.
  const streams = /^\s*application\/vnd\.amazon\.eventstream\b/i.test(request.fields.contentType ?? '');
  if (wants === null || streams) return { kind: 'named', named: exact(request, spoken, reading) };
  const cap = capOf(operation.service.row.id);
  return {
    kind: 'body',
    cap,
    name: (body, truncated) =>
      guarded(request, context, () => {
        if (truncated) doubt('a body too large, or too slow, to be read for its resources');
        checkCharset(request.fields.contentType);
        const tree = readBody(uncoded(body, request.fields.contentEncoding, cap), spoken.protocol, wants);
        const named = exact(request, spoken, { ...reading, body: tree });
        const access = sameAccess(named.access);
        return access === named.access ? named : { ...named, access };
      }),
  };
}

const NOTHING: Want = new Map();

/** What is wanted of the body, by the service's binder or else by the catalog; null where the head says it all. */
function wantedOf(operation: Operation, reading: Reading): Want | null {
  const wanted = binderFor(operation)?.wants(operation.name, reading);
  return wanted === undefined ? wantOf(operation) : wanted;
}

/** A service could read the bytes by the charset that the field names; SDKs name none but UTF-8. */
function checkCharset(contentType: string | null): void {
  const charset = contentType === null ? null : /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType);
  if (charset !== null && !/^utf-?8$/i.test(charset[1]!)) doubt('a body in an unusual charset');
}

function readBody(body: Uint8Array, protocol: Protocol, wants: Want): Tree | undefined {
  if (body.length === 0) return undefined;
  if (protocol === 'rpcv2Cbor' || protocol === 'awsCbor1_1') return readCbor(body, wants);
  if (protocol === 'restXml') return readXml(body);
  return readJson(body, wants);
}

function nameForm(
  request: Request,
  spoken: Extract<Spoken, { kind: 'form' }>,
  body: Uint8Array,
  truncated: boolean,
  context: Context,
): NamedRequest {
  if (truncated) doubt('a body too large, or too slow, to be read for its operation');
  const text = formText(uncoded(body, request.fields.contentEncoding, spoken.cap));
  if (spoken.from === 'query' && text !== '') doubt('parameters in the query and in the body');
  const form = new Form(spoken.from === 'query' ? request.target.query : text);
  const found = spoken.find(form);
  // Whoever does not know a coding ignores it, and finds parameters in the bytes as they came: CloudWatch alone is known to take compressed forms.
  if (isCoded(request.fields.contentEncoding) && found.operation.service.row.prefix !== 'cloudwatch')
    doubt('a form in a content coding');
  const { facts } = request;
  facts.service = found.operation.service.row.prefix;
  let { signature } = request;
  const old = spoken.from === 'body' ? form.get('AWSAccessKeyId') : null;
  if (old !== null) {
    if (signature.kind !== 'none') doubt('a signature in the head and one in the body');
    signature = fromQuery([['AWSAccessKeyId', old]]);
    facts.accessKeyId = signature.accessKeyId;
    facts.account = accountOf(signature.accessKeyId, context);
  }
  checkSigned(signature, found.operation);
  const head = readingOf(request, found.operation, new Map(), undefined);
  const wants = wantedOf(found.operation, head);
  const reading = { ...head, body: form.tree(wants ?? NOTHING) };
  return exact({ ...request, signature }, found, reading);
}

function nameUpload(request: Request, spoken: SpokenUpload, body: Uint8Array, context: Context): NamedRequest {
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

/** Unsigned where a signature is expected: somebody took it away, or somebody tries what works without. */
function checkSigned(signature: Signature, { unsigned, service }: Operation): void {
  if (unsigned) return;
  if (signature.kind === 'none') doubt('no signature where the operation needs one');
  if (signature.kind === 'bearer' && !service.row.bearer) doubt('a bearer token where the operation needs a signature');
}

function guarded(request: Request, context: Context, name: () => NamedRequest): NamedRequest {
  try {
    return name();
  } catch (thrown) {
    return notExact(request.facts, request.head, context, thrown);
  }
}
