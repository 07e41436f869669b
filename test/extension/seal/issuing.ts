import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { BOTOCORE, type ServiceModel, type ShapeModel } from '../../../extension/identify/catalog/generate/botocore.ts';

/** The models that the catalog is made from, as its generator keeps them. */
export const WHEEL = `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/rolefence/botocore-${BOTOCORE.version}-py3-none-any.whl`;

/** An operation of AWS's models whose answer has a secret key in it. */
export interface IssuingOperation {
  readonly service: string;
  readonly operation: string;
  /** Every wire form that the service speaks, as botocore names it. */
  readonly protocols: readonly string[];
  /** The whole answer, made by the model: one of each member, `Real…` texts in the place of credentials. */
  readonly answer: unknown;
}

const SECRET = /^secret(?:access)?key$/i;

export const REAL_KEYS = {
  accessKeyId: 'ASIAREALKEY000000001',
  secretAccessKey: 'Real/secret+"\\<&>é\u2028=key/0123456789abcdef',
  sessionToken: 'Real//token+==&<x>"quoted"\\/',
};

/** Keys of other systems that go by the same name: of a database of the customer's own. */
const NOT_OF_AWS = new Set(['InfluxDBDestinationProperties', 'InfluxDBDestinationSummary']);

/** Of the models those alone that name a secret key somewhere: all of them take seconds to parse. */
function modelsWithSecrets(): ServiceModel[] {
  const named = /^botocore\/data\/([^/]+)\/([^/]+)\/service-2\.json(\.gz)?$/;
  const newest = new Map<string, ServiceModel>();
  const files = unzipSync(readFileSync(WHEEL), { filter: ({ name }) => named.test(name) });
  for (const name of Object.keys(files).sort()) {
    const id = named.exec(name)![1]!;
    const text = Buffer.from(name.endsWith('.gz') ? gunzipSync(files[name]!) : files[name]!).toString('utf8');
    newest.delete(id);
    if (/"secret(?:access)?key"/i.test(text)) newest.set(id, { ...(JSON.parse(text) as ServiceModel), id });
  }
  return [...newest.values()];
}

export function issuingOperations(): IssuingOperation[] {
  return modelsWithSecrets().flatMap((model) =>
    Object.values(model.operations).flatMap((operation) => {
      const output = (operation as { output?: { shape: string } }).output?.shape;
      if (output === undefined || !holdsSecret(model, output, new Set())) return [];
      const { protocol, protocols = [] } = model.metadata;
      return {
        service: model.id,
        operation: operation.name,
        protocols: [...new Set([protocol, ...protocols])],
        answer: sample(model, output, 0),
      };
    }),
  );
}

function shapesOf(shape: ShapeModel): string[] {
  const value = (shape as { value?: { shape: string } }).value;
  return [...Object.values(shape.members ?? {}), shape.member, value].flatMap((member) => member?.shape ?? []);
}

function holdsSecret(model: ServiceModel, name: string, seen: Set<string>): boolean {
  if (seen.has(name) || NOT_OF_AWS.has(name)) return false;
  seen.add(name);
  const shape = model.shapes[name]!;
  if (Object.keys(shape.members ?? {}).some((member) => SECRET.test(member))) return true;
  return shapesOf(shape).some((inner) => holdsSecret(model, inner, seen));
}

function sample(model: ServiceModel, name: string, depth: number): unknown {
  const shape = model.shapes[name]!;
  if (depth > 12) return null;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, { shape: inner }]) => [
          member,
          credential(member) ?? sample(model, inner, depth + 1),
        ]),
      );
    case 'list':
      return [sample(model, shape.member!.shape, depth + 1)];
    case 'map':
      return { key: sample(model, (shape as unknown as { value: { shape: string } }).value.shape, depth + 1) };
    case 'string':
      return 'text';
    case 'boolean':
      return true;
    default:
      return 4_102_444_800;
  }
}

function credential(member: string): string | null {
  if (/^accesskeyid$/i.test(member)) return REAL_KEYS.accessKeyId;
  if (SECRET.test(member)) return REAL_KEYS.secretAccessKey;
  return /^sessiontoken$/i.test(member) ? REAL_KEYS.sessionToken : null;
}

/** The answer on the wire, in the form that the protocol has: XML, JSON or CBOR. */
export function onTheWire(answer: unknown, protocol: string): Buffer {
  if (/xml|query|ec2/.test(protocol)) {
    return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml('Response', answer)}`);
  }
  return protocol.includes('cbor') ? cbor(answer) : Buffer.from(JSON.stringify(answer));
}

/** The texts of an answer, wherever they stand, as a client would read them. */
export function textsOf(wire: Buffer, protocol: string): string {
  if (/xml|query|ec2/.test(protocol)) {
    const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
    return wire.toString('utf8').replace(/&(\w+);/g, (_, name: string) => entities[name]!);
  }
  return protocol.includes('cbor') ? wire.toString('utf8') : flat(JSON.parse(wire.toString('utf8')));
}

const flat = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([n, v]) => `${n}=${flat(v)}`)
        .join('\n')
    : String(value);

function xml(name: string, value: unknown): string {
  if (Array.isArray(value)) return `<${name}>${value.map((each) => xml('member', each)).join('')}</${name}>`;
  if (typeof value === 'object' && value !== null) {
    return `<${name} xmlns="https://example.amazonaws.com/doc/">${Object.entries(value)
      .map(([n, v]) => xml(n, v))
      .join('\n ')}</${name}>`;
  }
  return `<${name}>${String(value).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)}</${name}>`;
}

function cbor(value: unknown): Buffer {
  const head = (major: number, length: number) =>
    length < 24 ? Buffer.from([(major << 5) | length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const float = Buffer.alloc(9, 0xfb);
    float.writeDoubleBE(value, 1);
    // Tag 1: a timestamp, as Smithy writes it.
    return Buffer.concat([Buffer.from([0xc1]), float]);
  }
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (value === null) return Buffer.from([0xf6]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const members = Object.entries(value as object);
  // Of indefinite length, which Smithy's encoders write too.
  return Buffer.concat([Buffer.from([0xbf]), ...members.flatMap(([n, v]) => [cbor(n), cbor(v)]), Buffer.from([0xff])]);
}
