import { table } from '../help.ts';

export const recommendHelp = `The least-privilege IAM policy for what a baseline has seen. Wildcards stand only where names vary by nature.

Usage: rolefence policy recommend [options] BASELINE

BASELINE is a file; --baseline FILE, as policy diff has it, is the same.
The policies go to standard output, notes to standard error. More than 6,144 characters become several policies.

Options:
${table([
  ['--function NAME', 'only this function; may be repeated (default: every function, each with its own policy)'],
  ['--shared', 'one policy for all of them: the role that they share'],
  ['--format FORMAT', 'text (the bare policy, default), json, yaml, terraform, cdk or sam'],
  [
    '--json',
    'the same as --format json: {"policies":[{function,document}],"evidence":[{function,sid,calls}]};\n"calls" counts invocations, which is what a baseline keeps; above eight an estimate',
  ],
  ['--explain', 'what every statement rests on, instead of the policy'],
  ['--boundary', 'as a permissions boundary: one document, widened where it would not fit'],
  ['--session', 'as a session policy of at most 2,048 characters'],
  ['--logs, --vpc, --xray', 'add what Lambda itself does with the role, which no call of the function shows'],
  [
    '--kms-key ARN',
    'add this key for the services that use it on the function’s behalf (kms:ViaService); may be repeated',
  ],
  ['--help', 'this text'],
])}

Exit codes: 0 done; 2 usage or bad input.

Examples:
  rolefence policy recommend --function resize rolefence.json > policy.json
  rolefence policy recommend --format terraform --logs rolefence.json
  rolefence policy recommend --explain rolefence.json
`;
