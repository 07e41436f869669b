import { table } from '../help.ts';

const WHICH: readonly (readonly [string, string])[] = [
  ['FUNCTION…', 'names or ARNs'],
  ['--tag KEY[=VALUE]', 'all functions with this tag, instead of names'],
  ['--all', 'all functions of the account and region, instead of names'],
  ['--match PATTERN', 'with --tag or --all: only names like this; * stands for any text'],
];

const COMMON: readonly (readonly [string, string])[] = [
  ['--apply', 'do it (without it only what would happen is shown)'],
  ['--undo FILE', 'where to write what puts it back, before anything is changed (default: rolefence-undo-….json here)'],
  [
    '--json',
    '{"functions":[{function,runtime,architecture,state,reason,notes,layers,variables}],"applied","undo"};\nstate is change, unchanged or refused',
  ],
  ['--help', 'this text'],
];

const CREDENTIALS = 'AWS credentials and region are taken as by the AWS CLI (AWS_PROFILE, AWS_REGION, …).';

export const ATTACH_HELP = `Puts the sensor into functions: adds the layer and the variables that it needs. What a function has already stays as it is: layers, variables, and
another product's wrapper, which then runs after ours.

Usage: rolefence attach FUNCTION… [options]
       rolefence attach --all|--tag KEY[=VALUE] [--match PATTERN] [options]

Functions in which it cannot work (Amazon Linux 2, container images, too little memory, more than five layers with ours, more than 4 KB of variables) are refused: where they were
named nothing is changed at all, with --all and --tag the others are. All changes are made or none. It is $LATEST that changes: publish a
version afterwards where an alias is invoked. Sealing and stores need rights of the role: docs/deploying.md.
${CREDENTIALS}

Options:
${table([
  ...WHICH,
  ['--mode MODE', 'learn, alert or block (without it: what the function has, else learn)'],
  ['--baseline LOCATION', 'file:/var/task/rolefence.json, s3://bucket/prefix or dynamodb://table'],
  ['--sealed', 'the function gets placeholders, only the sensor signs'],
  [
    '--layer-arn ARN',
    'version of the layer; may be repeated, the first that fits is used (without it: the newest of\nrolefence-slim or rolefence-universal-ARCHITECTURE in this account)',
  ],
  ['--set NAME=VALUE', 'another ROLEFENCE_ variable; may be repeated'],
  ...COMMON,
])}

Examples:
  rolefence attach resize
  rolefence attach resize --mode alert --baseline file:/var/task/rolefence.json --apply
  rolefence attach --tag team=photos --match '*-prod' --apply --undo photos.json
`;

export const DETACH_HELP = `Takes the sensor out of functions: the layer, every ROLEFENCE_ variable, and the wrapper, in whose place comes the one that was there before.

Usage: rolefence detach FUNCTION… [options]
       rolefence detach --all|--tag KEY[=VALUE] [--match PATTERN] [options]
       rolefence detach --from UNDO-FILE [--apply]

${CREDENTIALS}

Options:
${table([
  ...WHICH,
  ['--from FILE', 'puts back exactly what this undo file of attach says (as rolefence respond restore does)'],
  ['--force', 'with --from: even where somebody else has changed it since'],
  ['--layer-arn ARN', 'a layer of ours whose name does not say so; may be repeated'],
  ...COMMON,
])}

Examples:
  rolefence detach resize --apply
  rolefence detach --from photos.json --apply
`;
