import { join } from 'node:path';

/** Another product in the function beside the sensor: how it gets in, and by what it shows that it works. */
export interface Product {
  readonly name: string;
  /** How it gets in, for people. */
  readonly by: string;
  readonly language: 'node' | 'python';
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Put into the function's package. */
  readonly files?: Readonly<Record<string, string>>;
  /** Put under /opt as a program. */
  readonly wrapper?: { readonly name: string; readonly script: string };
  /** In the function's log, once it has traced an invocation. */
  readonly traces: RegExp;
}

const OTEL = {
  OTEL_SERVICE_NAME: 'resize',
  OTEL_TRACES_EXPORTER: 'console',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  // Asks for metadata that no one answers for here.
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};
const LUMIGO = { LUMIGO_TRACER_TOKEN: 't_0123456789abcdef01234', LUMIGO_DEBUG: 'true' };
const OTEL_PRELOAD = '/opt/nodejs/node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs';

/**
 * Handlers, preloads and programs are the published packages'; the shell scripts stand for those of the products' layers, which no registry has, and do what those do:
 * add to NODE_OPTIONS, or start the function by the product's program.
 */
export const products = (python: string): readonly Product[] => [
  {
    name: 'Datadog',
    by: 'its handler',
    language: 'node',
    handler: '/opt/nodejs/node_modules/datadog-lambda-js/dist/handler.handler',
    variables: { DD_LAMBDA_HANDLER: 'app.handler', DD_TRACE_ENABLED: 'true' },
    traces: /^\{"traces":\[\[/m,
  },
  {
    name: 'Datadog',
    by: 'NODE_OPTIONS of the function',
    language: 'node',
    handler: 'app.handler',
    variables: { NODE_OPTIONS: '--require dd-trace/init' },
    traces: /^\{"traces":\[\[/m,
  },
  {
    name: 'OpenTelemetry',
    by: 'its wrapper after ours',
    language: 'node',
    handler: 'app.handler',
    variables: { ...OTEL, ROLEFENCE_NEXT_WRAPPER: '/opt/otel-handler' },
    wrapper: {
      name: 'otel-handler',
      script: `#!/bin/sh\nexport NODE_OPTIONS="$NODE_OPTIONS --require ${OTEL_PRELOAD}"\nexec "$@"\n`,
    },
    traces: /traceId: '/,
  },
  {
    name: 'Lumigo',
    by: 'its function around the handler',
    language: 'node',
    handler: 'lumigo.handler',
    variables: LUMIGO,
    files: {
      // Its function takes a callback, which Node.js 24 no longer gives.
      'lumigo.js': `const { trace } = require('@lumigo/tracer')({ token: process.env.LUMIGO_TRACER_TOKEN });
        const traced = trace(require('./app.js').handler);
        exports.handler = (event, context) => traced(event, context);`,
    },
    traces: /#LUMIGO# - DEBUG - "Span created"/,
  },
  {
    name: 'Datadog',
    by: 'its handler',
    language: 'python',
    handler: 'datadog_lambda.handler.handler',
    variables: { DD_LAMBDA_HANDLER: 'app.handler', DD_TRACE_ENABLED: 'true' },
    traces: /^\{"traces": ?\[\[/m,
  },
  {
    name: 'OpenTelemetry',
    by: 'its wrapper after ours',
    language: 'python',
    handler: 'app.handler',
    variables: { ...OTEL, ROLEFENCE_NEXT_WRAPPER: '/opt/otel-instrument' },
    wrapper: {
      name: 'otel-instrument',
      script: `#!/bin/sh\nexec ${join(python, 'bin/python')} ${join(python, 'bin/opentelemetry-instrument')} "$@"\n`,
    },
    traces: /"trace_id": "/,
  },
  {
    name: 'Lumigo',
    by: 'its handler',
    language: 'python',
    handler: 'lumigo_tracer.auto_instrument_handler._handler',
    variables: { ...LUMIGO, LUMIGO_ORIGINAL_HANDLER: 'app.handler' },
    traces: /#LUMIGO#/,
  },
];
