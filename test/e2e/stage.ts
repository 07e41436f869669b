import { join } from 'node:path';
import { expect } from 'vitest';
import { type Account, furnish } from './aws/account.ts';
import { type ByName, serveByName } from './aws/by-name.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { type ExecutionEnvironment, type FunctionSettings, startEnvironment } from './rie/environment.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import type { Process } from './rie/processes.ts';
import { leaksIn } from './secrets/search.ts';
import { attached } from './story/tell.ts';

export const WORK = { do: 'work', key: 'summer/noon.bmp', size: 2_000 };
export const DONE = { read: expect.any(String), written: 2_000 };
/** A refusal of the sensor, or a connection that it does not let out. */
export const REFUSED = { error: expect.any(String) };
/** ROLEFENCE_ON_FAILURE, and what comes of the function's work then. */
export const BOTH = [
  ['open', DONE],
  ['closed', REFUSED],
] as const;

/** Everything around a function whose sensor is to be broken: layer, AWS, and one environment at a time. */
export interface Stage {
  readonly moto: Moto;
  start(variables: Record<string, string>, more?: Partial<FunctionSettings>): Promise<ExecutionEnvironment>;
  /** The sensor's own processes. */
  sensors(): readonly Process[];
  /** Registered to the end: nothing of Lambda's says that an extension is gone, and SHUTDOWN finds it. Resolves with the log. */
  endsWell(): Promise<string>;
  /** After a test, however it ended. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

type Subject = Pick<FunctionSettings, 'runtime' | 'task' | 'handler'> & { readonly layer: 'slim' | 'universal' };

export async function openStage(
  folders: { readonly rie: string; readonly python: string },
  subject: Subject,
): Promise<Stage> {
  const layer: Layer = buildLayer(subject.layer);
  const moto = await startMoto(folders.python);
  const account: Account = await furnish(moto);
  const byName: ByName = await serveByName(moto);
  let environment: ExecutionEnvironment | undefined;
  return {
    moto,
    async start(variables, more = {}) {
      environment = await startEnvironment({
        ...subject,
        emulator: join(folders.rie, 'aws-lambda-rie'),
        layer: layer.folder,
        // Where the sensor does not answer, clients may go to AWS themselves.
        hostsFile: byName.hostsFile,
        variables: {
          ...account.variables,
          ...attached(moto),
          // Calls that go through unread meet moto's own certificate.
          NODE_EXTRA_CA_CERTS: '/var/task/moto-ca.pem',
          AWS_CA_BUNDLE: '/var/task/moto-ca.pem',
          ...variables,
        },
        ...more,
        files: { ...more.files, 'moto-ca.pem': moto.caPem },
      });
      return environment;
    },
    sensors: () => environment?.processes().filter(({ command }) => command.includes('/opt/rolefence/main.mjs')) ?? [],
    async endsWell() {
      const log = await environment!.shutdown();
      environment = undefined;
      expect(log).not.toMatch(/Extension\.Crash|Extension exited|panic/);
      expect(log).not.toMatch(/Sending SIGKILL to extension/);
      const leaks = leaksIn('the log', log);
      expect(leaks, leaks.join('\n')).toEqual([]);
      return log;
    },
    async clear() {
      await environment?.shutdown();
      environment = undefined;
    },
    async close() {
      await byName.close();
      await moto.close();
      layer.remove();
    },
  };
}
