import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem, InputError } from '../errors.ts';
import { inputName, readWhole } from '../input/whole.ts';
import { say } from '../output.ts';
import { isCloudFormation, readCloudFormation } from './cloudformation.ts';
import type { Collector } from './collector.ts';
import { type Located, parseLocated } from './located.ts';
import { isPolicy, isServerless, readPolicyDocument, readServerless } from './other.ts';
import { isTerraformPlan, readTerraformPlan } from './terraform.ts';

export interface TemplateFile {
  readonly name: string;
  /** False where it was found in a folder. */
  readonly given: boolean;
}

/** Files as they were named; of folders those that may be templates. */
export function templateFiles(names: readonly string[]): TemplateFile[] {
  return names.flatMap((name): TemplateFile[] => {
    if (name === '-') return [{ name, given: true }];
    let found: ReturnType<typeof statSync>;
    try {
      found = statSync(name);
    } catch (cause) {
      throw new InputError(name, null, fileProblem(cause), { cause });
    }
    return found.isDirectory() ? walk(name, 0).map((path) => ({ name: path, given: false })) : [{ name, given: true }];
  });
}

const TEMPLATE = /\.(?:ya?ml|json|template)$/i;
const SKIPPED = /^(?:node_modules|\..*|asset\..*|package(?:-lock)?\.json|tsconfig.*\.json|tree\.json|manifest\.json)$/;

function walk(folder: string, depth: number): string[] {
  if (depth > 20) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const hidden = SKIPPED.test(entry.name) && !/^\.(?:serverless|aws-sam)$/.test(entry.name);
    if (hidden) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path, depth + 1);
    return entry.isFile() && TEMPLATE.test(entry.name) ? [path] : [];
  });
}

/** Reads one file into the model. Of files found in folders those that are no template are left out: false. */
export function readTemplate({ name, given }: TemplateFile, into: Collector): boolean {
  const file = inputName(name);
  const text = Buffer.from(readWhole(name)).toString('utf8');
  if (!given && !MARKS.test(text)) return false;
  if (text.trim() === '') throw new InputError(file, null, 'it is empty: a template, a plan or a policy was expected');
  if (/\.tf$/i.test(name))
    throw new InputError(file, null, 'of Terraform the plan is read, not the configuration: terraform show -json PLAN');
  const source = parsed(text, file, given);
  if (source === null) return false;
  const reader = READERS.find(([is]) => is(source.value));
  if (reader === undefined) {
    if (!given) return false;
    throw new InputError(
      file,
      null,
      'neither a CloudFormation or SAM template, a Terraform plan (terraform show -json), serverless.yml nor an IAM policy',
    );
  }
  reader[1](source, file, into);
  return true;
}

/** In a folder what is no YAML is somebody else's (a template of a template): said, and left out. */
function parsed(text: string, file: string, given: boolean): Located | null {
  try {
    return parseLocated(text, file);
  } catch (error) {
    if (given || !(error instanceof InputError)) throw error;
    say(`rolefence audit: left out: ${error.message}`);
    return null;
  }
}

const MARKS = /Resources|Statement|terraform_version|provider:/;

const READERS: readonly (readonly [(value: unknown) => boolean, typeof readCloudFormation])[] = [
  [isCloudFormation, readCloudFormation],
  [isTerraformPlan, readTerraformPlan],
  [isPolicy, readPolicyDocument],
  [isServerless, readServerless],
];
