import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Scope, stringToSign } from '../../../../extension/sigv4/canonical.ts';
import { Signer } from '../../../../extension/sigv4/signer.ts';
import { because, provide } from '../../../toolchain/provide.ts';
import { REAL } from '../sealed-sensor.ts';
import { checked, OBJECT, RDS } from './by-the-sdk.ts';
import { PresigningFunction, ROOT } from './function.ts';

const tools = provide('java');
const fn = new PresigningFunction();

describe.skipIf(tools.missing !== null)(
  `Java's SDK in a sealed function, with the example's helper${because(tools)}`,
  () => {
    const libraries = join(tools.folders.java ?? '', 'lib/*');
    beforeAll(() => {
      const sources = [
        join(ROOT, 'examples/presign-java/RolefencePresign.java'),
        join(import.meta.dirname, 'java/Presign.java'),
        join(import.meta.dirname, 'java/PresignV4a.java'),
        join(import.meta.dirname, 'java/PresignRds.java'),
      ];
      execFileSync('javac', ['-nowarn', '-d', join(fn.folder, 'classes'), '-cp', libraries, ...sources]);
    }, 180_000);

    it('presigns downloads and uploads that are valid elsewhere, and is told where it is refused', async () => {
      const classes = `${join(fn.folder, 'classes')}:${libraries}`;
      const printed = await fn.inFunction(['java', '-cp', classes, 'Presign']);
      const [get, put, refused] = printed.split('\n') as [string, string, string];
      await checked(get, OBJECT);
      await checked(put, { ...OBJECT, method: 'PUT' });
      expect(refused).toMatch(/^not signed: .*AccessDenied/);
      expect(fn.sealed.calls.map(({ operation, verdict }) => [operation, verdict])).toEqual([
        ['GetObject', 'allow'],
        ['PutObject', 'allow'],
        ['GetObject', 'block'],
      ]);
    }, 180_000);

    it('makes tokens of RdsUtilities that a database takes', async () => {
      const classes = `${join(fn.folder, 'classes')}:${libraries}`;
      const token = await fn.inFunction(['java', '-cp', classes, 'PresignRds', RDS.host]);
      await checked(`https://${token}`, RDS);
      expect(fn.sealed.calls).toMatchObject([{ service: 'rds-db', operation: 'connect', verdict: 'allow' }]);
      expect(fn.sealed.findings).toEqual([]);
    }, 180_000);

    it('presigns by SigV4A as well, for all regions of a multi-region access point', async () => {
      const host = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com';
      const url = await fn.inFunction([
        'java',
        '-cp',
        `${join(fn.folder, 'classes')}:${libraries}`,
        'PresignV4a',
        host,
      ]);
      const { status, answer } = await fn.ask(JSON.stringify({ url }));
      expect([status, answer]).toEqual([200, { url: expect.any(String) }]);
      const [path = '', query = ''] = (answer.url as string).slice(`https://${host}`.length).split('?');
      const parameters = new URLSearchParams(query);
      expect(parameters.get('X-Amz-Credential')).toMatch(new RegExp(`^${REAL.accessKeyId}/\\d{8}/s3/aws4_request$`));
      expect(parameters.get('X-Amz-Security-Token')).toBe(REAL.sessionToken);
      const scope: Scope = { time: parameters.get('X-Amz-Date')!, region: null, service: 's3' };
      const pairs = query.split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
      const signable = {
        method: 'GET',
        path,
        query: pairs.join('&'),
        headers: [['host', host]],
        signed: ['host'],
        payload: 'UNSIGNED-PAYLOAD',
      } as const;
      const signer = new Signer(REAL.secretAccessKey, REAL.accessKeyId);
      const text = stringToSign(signable, 'as-is', scope);
      expect(signer.verifies(scope, text, parameters.get('X-Amz-Signature')!)).toBe(true);
      expect(fn.sealed.calls).toMatchObject([{ operation: 'GetObject', certainty: 'exact' }]);
    }, 180_000);

    it('is left alone without placeholders', async () => {
      const classes = `${join(fn.folder, 'classes')}:${libraries}`;
      const printed = await fn.inFunction(['java', '-cp', classes, 'Presign'], { AWS_SESSION_TOKEN: 'shared' });
      expect(printed.split('\n')).toHaveLength(2);
      expect(fn.sealed.calls).toEqual([]);
    }, 180_000);
  },
);
