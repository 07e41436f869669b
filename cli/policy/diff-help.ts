import { table } from '../help.ts';

export const diffHelp = `What a policy grants and nobody used, what was used and it does not grant, how far it is from least privilege, and which
recorded calls it would have denied.

Usage: rolefence policy diff --role-policy FILE|--role ARN --baseline FILE [options] [CALLS…]

A policy's FILE is a policy document, or what rolefence policy recommend --json and aws iam get-role-policy print. Each of CALLS (a folder stands for the
files below it; .gz is unpacked) holds Call records or CloudTrail logs, as for rolefence learn.

Options:
${table([
  ['--role-policy FILE', 'the policy; may be repeated: together they are what the role has (--file is the same)'],
  ['--role ARN', 'the role as it is now in AWS (reads IAM)'],
  ['--boundary FILE', 'a permissions boundary above them (--role reads the role’s own)'],
  [
    '--scp FILE',
    'service control policies of one level above the account, in one file; once for each level (root, unit, account)',
  ],
  ['--baseline FILE', 'what was used'],
  ['--function NAME', 'only this function of the baseline and the calls; may be repeated'],
  ['--json', '{"unused":[{action,resources,risk}],"ungranted":[…],"distance","replay":{"calls","denied":[callId]}}'],
  ['--help', 'this text'],
])}

Distance is 0 where the policy grants what is used and nothing else, 1 where they have nothing in common. Conditions that ask for what no record
has are taken as fulfilled, and named.

Exit codes: 0 all that was used is granted; 1 it is not (or a recorded call would have been denied); 2 usage or bad input.

Examples:
  rolefence policy diff --role-policy policy.json --baseline rolefence.json calls.jsonl
  rolefence policy diff --role arn:aws:iam::111122223333:role/resize --baseline rolefence.json
  rolefence policy diff --role-policy policy.json --boundary boundary.json --scp root.json --baseline rolefence.json
  rolefence policy recommend --json b.json | rolefence policy diff --role-policy - --baseline b.json calls.jsonl
`;
