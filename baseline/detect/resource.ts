import type { Call } from '../call.ts';
import type { ActionModel } from '../model/function-model.ts';
import { TreeNode } from '../model/tree-node.ts';
import { listed } from '../names/listed.ts';
import { askedFor } from '../names/prefix.ts';
import { resourcePath } from '../names/resource-path.ts';
import { isTyped, shapeOf } from '../names/shape.ts';
import { goesAlong } from './alongside.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation, Kin } from './deviation.ts';
import { nameStart, newWords, patternOf } from './kin.ts';
import type { Normal } from './normal.ts';
import { covers, isKinFolder, knownDepth } from './openness.ts';
import { resourceName, short } from './resource-name.ts';
import { isSensitive, riskOf, serviceOf } from './techniques.ts';

/** A known action on a resource that no learned template covers. */
export const resource: Detector = {
  name: 'resource',
  when: 'before',
  inspect(call, normal) {
    if (call.certainty !== 'exact') return NONE;
    let found: Deviation[] | null = null;
    for (const access of call.access) {
      const action = normal.action(access.action);
      if (action === undefined) continue;
      for (const arn of access.resources) {
        const asked = askedFor(arn, access.action, call);
        if (normal.covers(action, asked, call.account)) continue;
        if (inNewRegionOnly(call, normal, action, asked) || isAlongside(normal, action, asked)) continue;
        found ??= [];
        found.push(deviationOf(call, access.action, action, asked));
        break; // One resource of a batch is enough to say
      }
    }
    return found ?? NONE;
  },
};

function isAlongside(normal: Normal, action: ActionModel, asked: string): boolean {
  const { key, path } = resourcePath(asked);
  return path !== null && goesAlong(normal, action, key, path);
}

/** The same resource in another region: the region's own deviation says it all. */
function inNewRegionOnly(call: Call, normal: Normal, action: ActionModel, asked: string): boolean {
  const parts = asked.split(':');
  const region = parts[3];
  if (region === undefined || region === '' || region !== call.region) return false;
  if (normal.regions.get(parts[2] ?? '')?.has(region)) return false;
  for (const [known] of action.regions.entries()) {
    parts[3] = known;
    if (normal.covers(action, parts.join(':'), call.account)) return true;
  }
  return false;
}

function deviationOf(call: Call, name: string, action: ActionModel, asked: string): Deviation {
  const risk = riskOf(name);
  const { head, key, path } = resourcePath(asked);
  const known = action.resources.heads.get(key);
  const account = asked.split(':')[4] ?? '';
  const elsewhere = account !== '' && account !== '*' && call.account !== null && account !== call.account;
  let stem = head;
  if (path !== null) {
    // Up to where the path leaves what is known, and one step further: that is what a person would call it
    const depth = known === undefined ? 0 : knownDepth(known.root, path);
    const shown = path.slice(0, Math.min(depth + 1, path.length - 1));
    const last = shown.length < path.length - 1 ? '*' : lastOf(name, path);
    stem = known === undefined ? `${head}/*` : `${key}${[...shown, last].join('/')}`;
  }
  const kin = serviceOf(name) === 'sts' ? kinRole(action, asked) : elsewhere ? null : kinOf(name, action, asked);
  const below = path === null || known === undefined ? null : path.join('/');
  const what = below === null ? thing(head) : `${short(below)} in ${thing(head)}, a path`;
  const normal = below === null ? normalOf(action, serviceOf(name)) : normalBelow(action, key);
  return {
    detector: 'resource',
    kind: 'scope',
    key: `${name} ${stem}`,
    severity: kin !== null ? 'medium' : elsewhere ? 'critical' : risk.severity,
    score: kin !== null ? 0.7 : known === undefined ? 0.97 : 0.9,
    action: name,
    resource: asked,
    reason: `${name} on ${what} that this function has never used${elsewhere ? `, in another account (${account})` : ''}; normal is ${normal}`,
    techniques: risk.techniques,
    about: 'call',
    names: newWords(stem, action.resources, () => [...action.resources.templates()].map(([template]) => template)),
    ...(kin === null ? {} : { kin }),
    ...(isSensitive(serviceOf(name)) && isOneOfMany(head, action) ? { alike: true } : {}),
  };
}

/** Objects are many; of all else a name that bears a date or number is told apart from those that do otherwise: `search-{date}` from `vault-{n}`. */
function lastOf(action: string, path: readonly string[]): string {
  const shape = shapeOf(path.at(-1)!);
  return isTyped(shape) && !serviceOf(action).startsWith('s3') ? shape : '*';
}

/** In a folder, or of a pattern, that many have: one secret more beside those of other partners. */
function isOneOfMany(head: string, { resources }: ActionModel): boolean {
  const at = nameStart(head);
  const names = [...resources.heads.values()].flatMap((one) =>
    one.head.startsWith(head.slice(0, at)) ? [one.head.slice(at)] : [],
  );
  return names.length >= KIN_FOLDER && (head[at - 1] === '/' || patternOf(head.slice(at), names) !== null);
}

/** What a new name has in common with known ones: the place of a folder among others, the pattern of a table's name. */
function kinOf(name: string, action: ActionModel, asked: string): Kin | null {
  if (isSensitive(serviceOf(name))) return null;
  const { head, joint, key, path } = resourcePath(asked);
  const known = action.resources.heads.get(key);
  if (known !== undefined && path !== null) {
    if (!isKinFolder(known.root, path)) return null;
    const depth = knownDepth(known.root, path);
    return { family: `${key}${path.slice(0, depth).join('/')}`, name: path[depth]! };
  }
  const at = nameStart(head);
  const stem = head.slice(0, at);
  const others = [...action.resources.heads.values()].map((one) => one.head).filter((one) => one.startsWith(stem));
  const pattern = patternOf(head.slice(at), new Set(others.map((one) => one.slice(at))));
  if (pattern === null) return null;
  // Below a new bucket the paths must be those of the others
  if (path !== null && !others.some((one) => covers(action.resources.heads.get(one + joint)?.root ?? NOTHING, path)))
    return null;
  return { family: stem + pattern.text, name: pattern.name };
}

/** The role of one name that many accounts have: one account more. */
function kinRole(action: ActionModel, asked: string): Kin | null {
  const nameless = (arn: string) => arn.split(':').with(4, '*').join(':');
  const family = nameless(asked);
  let known = 0;
  for (const { head } of action.resources.heads.values()) if (nameless(head) === family) known++;
  return known < KIN_ACCOUNTS ? kinRoleHere(action, asked) : { family, name: asked.split(':')[4] ?? '' };
}

/** Where each tenant has a role of its own in one account: one tenant more. */
function kinRoleHere(action: ActionModel, asked: string): Kin | null {
  const at = nameStart(asked);
  const stem = asked.slice(0, at);
  const names = [...action.resources.heads.values()].flatMap(({ head }) =>
    head.startsWith(stem) ? [head.slice(at)] : [],
  );
  const pattern = names.length < KIN_ROLES ? null : patternOf(asked.slice(at), names);
  return pattern === null ? null : { family: stem + pattern.text, name: pattern.name };
}

const KIN_ACCOUNTS = 4;
const KIN_ROLES = 8;
/** In one folder. */
const KIN_FOLDER = 3;
const NOTHING = new TreeNode();

const thing = (head: string): string => `${serviceIn(head) === 's3' ? 'bucket ' : ''}${resourceName(head)}`;

const serviceIn = (arn: string): string => arn.split(':')[2] ?? '';

/** What is used below a known head, a few of it. */
function normalBelow(action: ActionModel, stem: string): string {
  const paths: string[] = [];
  for (const [template] of action.resources.templates())
    if (template.startsWith(stem)) paths.push(short(template.slice(stem.length)));
  return listed(paths.sort());
}

function normalOf(action: ActionModel, service: string): string {
  const names = [...action.resources.heads.values()].map((head) =>
    service === 's3' ? resourceName(head.head) : thing(head.head),
  );
  return listed([...new Set(names)].sort()) || 'no resource at all';
}
