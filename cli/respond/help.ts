import { table } from '../help.ts';

const COMMON: readonly (readonly [string, string])[] = [
  ['--apply', 'do it (without it only what would happen is shown)'],
  ['--undo FILE', 'where to write what puts it back, before anything is changed (default: rolefence-undo-….json here)'],
  ['--json', '{"changes":[…],"alsoUses":{functions,trusted,lastUsed},"notes":[…],"applied","undo"}'],
  ['--help', 'this text'],
];

const CREDENTIALS = `AWS credentials and region are taken as by the AWS CLI (AWS_PROFILE, AWS_REGION, …).`;

export const RESPOND_HELP: Readonly<Record<string, string>> = {
  revoke: `Denies every session of a role that began before now: stolen keys end at once, wherever they are used. New sessions are not touched.

Usage: rolefence respond revoke FUNCTION|--role ROLE [--apply]

Adds the inline policy RolefenceRevokeOlderSessions (a condition on aws:TokenIssueTime). Running environments of the function hold older
sessions too: they fail until Lambda replaces them, so deploy the mended version afterwards. Who else uses the role is shown first.
${CREDENTIALS}

Options:
${table([['--role ROLE', 'ARN or name, instead of the role of FUNCTION'], ...COMMON])}

Examples:
  rolefence respond revoke resize
  rolefence respond revoke resize --apply --undo revoke.json
`,
  isolate: `Stops a function: its reserved concurrency becomes 0, so that no invocation starts any more. With --store it goes on running, but its sensors let no AWS call and no
connection out.

Usage: rolefence respond isolate FUNCTION [--deny-role] [--apply]
       rolefence respond isolate FUNCTION --store STORE --reason TEXT [--renew] [--deny-role] [--apply]

STORE is what ROLEFENCE_BASELINE of the function names. Its sensors read the isolation when an environment starts, in every mode, and refuse everything until it is
restored. Environments that run already take no notice: --renew changes a variable of the function (ROLEFENCE_RENEWED), for which Lambda starts new ones.
${CREDENTIALS}

Options:
${table([['--store STORE', 'let it run, and refuse all that it sends'], ['--reason TEXT', 'why; every sensor says it, in its log and in its findings'], ['--renew', 'give the function new environments as well, which heed it at once'], ['--deny-role', 'deny its role everything as well (RolefenceDenyAll): ends what is running, and reaches all who use the role'], ...COMMON])}

Examples:
  rolefence respond isolate resize
  rolefence respond isolate resize --deny-role --apply --undo isolate.json
  rolefence respond isolate resize --store dynamodb://rolefence-baselines --reason 'ticket 7' --renew --apply
`,
  restore: `Puts back what revoke or isolate has changed.

Usage: rolefence respond restore UNDO-FILE [--apply]

Only what they changed is touched. What of it has been changed since is left alone, and said, unless --force is given; a newer undo file here or beside it is named: that one
comes first. An isolation in the store ends all the same, and where --renew gave the function new environments it gets new ones again. Doing it twice does no harm.
${CREDENTIALS}

Options:
${table([
  ['--force', 'put it back even where somebody else has changed it since'],
  ['--apply', 'do it (without it only what would happen is shown)'],
  ['--json', '{"changes":[…],"applied","left":[…]}; left: a sentence for each thing that stays as it is'],
  ['--help', 'this text'],
])}

Exit codes: 0 everything is as it was; 1 some of it was left alone; 2 nothing could be put back, usage, bad input, or AWS refused.

Examples:
  rolefence respond restore isolate.json
  rolefence respond restore isolate.json --apply
`,
  timeline: `What happened to one function, in one order: findings, calls that were refused, changes of the function and its role, deployments.

Usage: rolefence respond timeline FUNCTION [options]

Options:
${table([
  ['--findings FILE', 'findings as run, proxy and replay write them; may be repeated'],
  ['--calls FILE', 'Call records: refused calls and those that ended in AccessDenied; may be repeated'],
  [
    '--cloudtrail FILE',
    'CloudTrail logs, or what aws cloudtrail lookup-events prints: changes, and what AWS refused it; may be repeated, folders too',
  ],
  [
    '--live',
    'ask Lambda for versions and their times, and CloudTrail for what it has of the function and its role (90 days)',
  ],
  ['--role ROLE', 'name of its role, so that changes of the role are seen (with --live it is asked for)'],
  ['--from TIME, --to TIME', 'only what lies between (ISO 8601)'],
  ['--json', '{"function","events":[{time,kind,severity,what,by}]}'],
  ['--help', 'this text'],
])}

Examples:
  rolefence respond timeline resize --findings findings.jsonl --cloudtrail trail/
  rolefence respond timeline resize --findings findings.jsonl --live --json
`,
};

export const respondHelp = `Contains an incident in one step, and takes it back. Nothing is changed without --apply, and never before an undo file is written.

Usage:
  rolefence respond revoke FUNCTION|--role ROLE   deny every session that began before now
  rolefence respond isolate FUNCTION              let no invocation start any more, or no call out (--store)
  rolefence respond restore UNDO-FILE             put back what one of these has changed
  rolefence respond timeline FUNCTION             findings, changes and deployments in one order

  rolefence respond COMMAND --help                options and examples

Exit codes: 0 done; 1 restore left something alone; 2 usage, bad input, or AWS refused (then nothing is left half done).

Examples:
  rolefence respond isolate resize
  rolefence respond isolate resize --apply
`;
