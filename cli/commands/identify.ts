import { callOf } from '../../extension/call-record.ts';
import { identify as identifyRequest } from '../../extension/identify/identify.ts';
import type { NamedRequest } from '../../extension/identify/request.ts';
import type { Identity } from '../../extension/identity.ts';
import type { Command } from '../command.ts';
import { InputError, UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { readLines } from '../input/lines.ts';
import { type CapturedRequest, readRequest } from '../input/request.ts';
import { sources } from '../input/source.ts';
import { accountId, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { Lines, say } from '../output.ts';
import { createProgress, grouped } from '../progress.ts';

const help = `Names recorded requests: service, operation, IAM actions and resource ARNs, region, account, key. No network is used.

Usage: rolefence identify [options] [FILE]

FILE (or standard input) holds one request a line:
  {"id":"1","method":"POST","url":"https://sqs.eu-west-1.amazonaws.com/",
   "headers":{"Authorization":"AWS4-HMAC-SHA256 …"},"bodyBase64":"e30="}
${table([
  ['headers', 'an object (a value or a list of values a name), or a list of [name, value]'],
  ['url', 'is taken as it stands: nothing is decoded or put in order'],
  ['id, sni, connect', 'optional: any id; server name of the TLS handshake; host:port of the CONNECT before it'],
])}

Standard output has one Call record a line, in the same order, with the same id. What can be read in two ways is "ambiguous", what is in no catalog
"unknown"; neither is ever given another operation's name.

Options:
${table([
  ['--account ID', 'the account of keys that do not encode theirs; where neither is known, ARNs have *'],
  ['--explain', 'add "reason" to each record: why a request is ambiguous or unknown'],
  ['--json', 'the output is JSON Lines with and without it'],
  ['--help', 'this text'],
])}

Examples:
  rolefence identify requests.jsonl
  rolefence identify --account 111122223333 < requests.jsonl | jq -c .access
`;

const OPTIONS = {
  account: { type: 'string' },
  explain: { type: 'boolean' },
  ...JSON_OPTIONS,
} as const;

export const identify: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('identify', args, OPTIONS);
    wantsJson(values);
    if (positionals.length > 1) throw new UsageError('identify reads one FILE (cat several into one)');
    const context = { account: values.account === undefined ? null : accountId('--account', values.account) };
    const explain = values.explain === true;
    const [source, ...more] = sources(positionals);
    if (source === undefined || more.length > 0) {
      throw new InputError(positionals[0] ?? '', null, 'it is a folder, expected a file of requests');
    }
    const out = new Lines(0);
    const progress = createProgress(process.stderr);
    try {
      await readLines(source, {
        line(text, number) {
          const request = readRequest(text, source.name, number);
          const named = nameOf(request, context);
          const call = recordOf(request, named);
          out.write(JSON.stringify(explain ? { ...call, reason: named.reason } : call));
        },
        async piece(read) {
          progress.show(read, source.size, () => `${grouped(out.count)} requests`);
          await out.settle();
        },
      });
    } finally {
      progress.clear();
      // What came before a line that is none is not lost.
      await out.flush();
    }
    if (out.count === 0) say('rolefence identify: no requests were found in the input');
    return 0;
  },
};

function nameOf({ head, body }: CapturedRequest, context: { account: string | null }): NamedRequest {
  const found = identifyRequest(head, context);
  if (found.kind === 'named') return found.named;
  return body.length > found.cap ? found.name(body.subarray(0, found.cap), true) : found.name(body, false);
}

const NOBODY: Identity = {
  function: null,
  version: null,
  environment: '',
  account: null,
  ownAccessKeyId: null,
  invocation: null,
};

/** Of a recorded request it is not known when, by which function or with what result. */
function recordOf({ id }: CapturedRequest, named: NamedRequest) {
  return { ...callOf(NOBODY, '', '', named), id, time: null, environment: null };
}
