import { isOpenAt } from '../detect/another-name.ts';
import type { ResourceTree } from '../model/resource-tree.ts';
import { classOf } from '../model/tree-node.ts';
import { resourcePath } from '../names/resource-path.ts';
import { literal } from './glob.ts';

/** A learned template as a policy says it. */
export interface ResourcePattern {
  readonly arn: string;
  /** What a list call asked below the bucket, as a pattern; null where any prefix is normal. */
  readonly prefix: string | null;
}

/**
 * `*` stands only where the place is open: where learning has put a typed place, or where names that were seen so far keep changing in such a
 * way that the sensor would let a new one through.
 */
export function patternOf(template: string, resources: ResourceTree): ResourcePattern {
  const { head, joint, path } = resourcePath(template);
  if (path === null) return { arn: escaped(head), prefix: null };
  const root = resources.heads.get(head + joint)?.root;
  const open = path.map((name, i) =>
    root !== undefined && isOpenAt(root, path, i) ? wild(classOf(name)) : wild(name),
  );
  const text = open.join('/');
  if (joint.length > 1) return { arn: escaped(head), prefix: text };
  return { arn: escaped(head) + joint + text, prefix: null };
}

/** The template with `*` where any other name of the kind is let through, too; null where nothing is open that `{…}` in the template itself does not tell. */
export function kindOf(template: string, resources: ResourceTree): string | null {
  const { arn, prefix } = patternOf(template, resources);
  const kind = prefix === null ? arn : `${arn}?prefix=${prefix}`;
  return kind === template.replace(/\{\w*\}/g, '*') || !kind.includes('*') ? null : kind;
}

/** `INV-{n}.pdf` → `INV-*.pdf`; neighbouring places are one `*`. */
const wild = (name: string): string =>
  name
    .split(/\{\w*\}/)
    .map(plain)
    .join('*');

const plain = (text: string): string => literal(text.replaceAll('%7B', '{').replaceAll('%7D', '}'));

/** `*` in a closed part is what a request did not name: it stays. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own escapes, not ours
const escaped = (arn: string): string => plain(arn).replaceAll('${*}', '*');
