import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { BaselineDocument } from '../../../../baseline/model/document.ts';
import { createCertificateAuthority } from '../../../../extension/proxy/certificate-authority.ts';
import { bundlePreload } from '../../../../layer/build/bundle.ts';
import { writeTree } from '../../../../layer/build/file.ts';
import { REAL, type SealedSensor, startSealed } from '../sealed-sensor.ts';
import { type VerifyingUpstream, verifyingUpstream } from '../verifying-upstream.ts';

export const ROOT = join(import.meta.dirname, '../../../..');

export interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the sensor answers.
  readonly answer: any;
}

/** A sealed function that presigns, and its sensor: a new one for each test. */
export class PresigningFunction {
  sealed!: SealedSensor;
  upstream!: VerifyingUpstream;
  /** Has the preload and the sensor's certificate. */
  folder!: string;
  readonly #authority = createCertificateAuthority(new Date());

  constructor() {
    beforeAll(async () => {
      this.folder = mkdtempSync(join(tmpdir(), 'rolefence-presign-'));
      writeTree((await bundlePreload(ROOT)).files, this.folder);
    });
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
    beforeEach(async () => {
      this.upstream = await verifyingUpstream(this.#authority, [REAL]);
      await this.#start({}, null);
      writeFileSync(join(this.folder, 'ca.pem'), this.sealed.sensor.certificatePem!);
    });
    afterEach(async () => {
      await this.sealed.sensor.close();
      await this.upstream.close();
    });
  }

  /** Another sensor in the place of the first. */
  async restart(settings: Record<string, string>, baseline: BaselineDocument): Promise<void> {
    await this.sealed.sensor.close();
    await this.#start(settings, baseline);
  }

  async #start(settings: Record<string, string>, baseline: BaselineDocument | null): Promise<void> {
    this.sealed = await startSealed({ port: this.upstream.port, authority: this.#authority }, settings, baseline);
  }

  /** `POST /presign`, proven by the placeholder's secret. */
  ask(
    body: string,
    fields: Record<string, string> = {},
    line: { method?: string; path?: string } = {},
  ): Promise<Asked> {
    const proof = createHmac('sha256', this.sealed.sealer.placeholder.secretAccessKey).update(body).digest('hex');
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: this.sealed.sensor.port,
        method: line.method ?? 'POST',
        path: line.path ?? '/presign',
        agent: false as const,
        headers: { 'content-length': Buffer.byteLength(body), 'x-rolefence-proof': proof, ...fields },
      };
      request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: JSON.parse(text || 'null') }));
      })
        .on('error', reject)
        .end(body);
    });
  }

  /** Runs a program as the function's process is: placeholders, the preload, nothing of this machine's environment. */
  inFunction(command: readonly string[], more: Record<string, string> = {}): Promise<string> {
    const { accessKeyId, secretAccessKey, sessionToken } = this.sealed.sealer.placeholder;
    return new Promise((resolve) => {
      const child = spawn(command[0]!, command.slice(1), {
        cwd: ROOT,
        env: {
          PATH: '/usr/bin:/bin',
          HOME: this.folder,
          AWS_REGION: 'eu-central-1',
          AWS_DEFAULT_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken!,
          ROLEFENCE_SENSOR_PORT: `${this.sealed.sensor.port}`,
          ROLEFENCE_SENSOR_CA: join(this.folder, 'ca.pem'),
          NODE_EXTRA_CA_CERTS: join(this.folder, 'ca.pem'),
          ...more,
        },
      });
      let text = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (part) => {
          text += part;
        });
      }
      child.on('close', () => resolve(text.trim()));
    });
  }
}
