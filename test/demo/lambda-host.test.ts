import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FunctionSettings, startExecutionEnvironment } from '../../examples/demo/lambda/lambda-host.ts';

/** An extension that takes its time to register, then tells what it sees. */
const EXTENSION = `#!/bin/sh
exec "$ROLEFENCE_NODE" -e '
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2020-01-01/extension/";
(async () => {
  console.log("extension: handler " + (process.env._HANDLER ?? "hidden"));
  await new Promise((resolve) => setTimeout(resolve, 150));
  console.log("extension: registers");
  const registered = await fetch(api + "register", { method: "POST", headers: { "Lambda-Extension-Name": "probe", "Lambda-Extension-Accept-Feature": "accountId" }, body: JSON.stringify({ events: ["INVOKE", "SHUTDOWN"] }) });
  const id = registered.headers.get("Lambda-Extension-Identifier");
  console.log("extension: account " + (await registered.json()).accountId);
  for (;;) {
    const event = await (await fetch(api + "event/next", { headers: { "Lambda-Extension-Identifier": id } })).json();
    console.log("extension: " + event.eventType + " " + (event.invokedFunctionArn ?? event.shutdownReason));
    if (event.eventType === "SHUTDOWN") process.exit(0);
  }
})();'
`;
const HANDLER = `
console.log('function: starts');
export async function handler(event) {
  if (event.throw) throw new RangeError('no');
  if (event.exit) process.exit(3);
  return { echo: event, handler: process.env._HANDLER, machine: process.env.SHELL ?? null };
}
`;

let folder: string;
let settings: FunctionSettings;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolefence-host-'));
  mkdirSync(join(folder, 'opt/extensions'), { recursive: true });
  writeFileSync(join(folder, 'opt/extensions/probe'), EXTENSION, { mode: 0o755 });
  writeFileSync(join(folder, 'app.mjs'), HANDLER);
  settings = {
    name: 'echo',
    version: '3',
    account: '111122223333',
    region: 'eu-west-1',
    handler: 'app.handler',
    task: folder,
    layer: join(folder, 'opt'),
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'x', sessionToken: 'y' },
    variables: {},
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('starts the runtime only when every extension has registered, and hides from them what Lambda hides', async () => {
  const lambda = await startExecutionEnvironment(settings);
  const { body } = await lambda.invoke({ n: 1 });
  await lambda.shutdown();
  const said = lambda.log.map(({ message }) => message).filter((message) => /^(extension|function):/.test(message));
  expect(said).toEqual([
    'extension: handler hidden',
    'extension: registers',
    'extension: account 111122223333',
    'function: starts',
    'extension: INVOKE arn:aws:lambda:eu-west-1:111122223333:function:echo',
    'extension: SHUTDOWN spindown',
  ]);
  expect(body).toEqual({ echo: { n: 1 }, handler: 'app.handler', machine: null });
});

it('answers with the error that the handler threw, and goes on', async () => {
  const lambda = await startExecutionEnvironment(settings);
  const thrown = await lambda.invoke({ throw: true });
  const next = await lambda.invoke({ n: 2 });
  await lambda.shutdown();
  expect([thrown.failed, thrown.body]).toEqual([true, { errorType: 'RangeError', errorMessage: 'no' }]);
  expect(next.failed).toBe(false);
});

it('fails an invocation whose process ends', async () => {
  const lambda = await startExecutionEnvironment({ ...settings, layer: null });
  await expect(lambda.invoke({ exit: true })).rejects.toThrow('a process of the environment ended');
  await lambda.shutdown();
});
