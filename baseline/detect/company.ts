import type { Call } from '../call.ts';
import { SEVERITIES, type Severity } from '../finding.ts';
import { EGRESS, MAX_DEPTH, slotOf } from '../learn/company.ts';
import type { JudgedTally } from '../learn/tally.ts';
import { PLACE_NAMES } from '../model/repeats.ts';
import { countText } from '../model/seen.ts';
import { classOf } from '../model/tree-node.ts';
import { prefixFor } from '../names/prefix.ts';
import { PREFIX, resourcePath, withPrefix } from '../names/resource-path.ts';
import { type Context, type Detector, type NamedAnew, NONE, type Several } from './detector.ts';
import type { Normal } from './normal.ts';
import { resourceName, short } from './resource-name.ts';
import { areSiblings } from './siblings.ts';
import { riskOf } from './techniques.ts';

/**
 * More than one thing in a place where each invocation keeps to one: a second tenant's folder, a second customer's table or host, a second picture; or, in a place where each invocation names what it
 * has named before, something else: one tenant's object read, and another's written. Each of them alone would be normal; their company is not.
 */
export const company: Detector = {
  name: 'company',
  when: 'after',
  inspect(call, normal, context) {
    const found = second(normal, context) ?? another(normal, context);
    if (found === null) return NONE;
    const { slot, action, known, most } = found;
    const risk = action === null ? { severity: 'high' as const, techniques: ['T1567'] } : riskOf(action);
    return [
      {
        detector: 'company',
        kind: 'unusual',
        key: `company: ${slot}`,
        severity: atMost(most, risk.severity),
        score: 0.75,
        action,
        resource: call.access.find((one) => one.action === action)?.resources[0] ?? call.host,
        reason: reasonOf(call, found),
        techniques: risk.techniques,
        about: 'call',
        weak: known < WELL_KNOWN,
      },
    ];
  },
};

interface Found extends Several {
  /** Invocations that kept to it. */
  readonly known: number;
  /** The severity that it can have. */
  readonly most: Severity;
  /** What an invocation keeps to there. */
  readonly usual: string;
}

const atMost = (most: Severity, severity: Severity): Severity =>
  SEVERITIES[Math.min(SEVERITIES.indexOf(most), SEVERITIES.indexOf(severity))]!;

function second(normal: Normal, { several, tally }: Context): Found | null {
  if (several.length === 0 || !normal.model.knowsSeveral) return null;
  for (const one of several) {
    const { slot, action } = one;
    // Told by itself already; a deployment that brings a new thing brings its company, too
    if (tally.newcomers.has(action ?? EGRESS)) continue;
    const known = normal.invocationsAt(slot, action);
    if (known < ENOUGH || normal.oddCompany.areUsual(known)) continue;
    if (!normal.model.several.mayKeep(slot)) continue;
    const seen = normal.model.several.peek(slot);
    if (seen === undefined && action !== null && normal.severalNowAndThen.has(action)) continue;
    if (normal.support.isUsual(seen)) continue;
    return { ...one, known, most: 'high', usual: `one ${kindOf(slot)}` };
  }
  return null;
}

function another(normal: Normal, { anew, tally }: Context): Found | null {
  // Where its first call was counted with the invocation before, what that named is not known
  if (anew.length === 0 || !tally.isWhole) return null;
  for (const one of anew) {
    const { place, at, name } = one;
    const habit = normal.model.repeats.peek(place)?.peek(at);
    if (habit === undefined || tally.newcomers.size > 0) continue;
    const known = habit.repeated.count();
    if (known < ENOUGH || normal.oddCompany.areUsual(known)) continue;
    if (habit.anew.count() > 0 && normal.support.isUsual(habit.anew)) continue;
    const slot = slotOf(place, at);
    const action = place.slice(0, place.indexOf(' '));
    // Where nearly all name one and the same, they say nothing of another
    if (normal.besideCommonest(action, place, at) < ENOUGH) continue;
    const first = subjectOf(one, tally);
    const root = normal.action(action)?.resources.heads.get(place.slice(action.length + 1))?.root;
    return {
      slot,
      action,
      name,
      first,
      known,
      // Of one tenant's data what another is given; a folder of another kind may have nothing to do with it
      most: root !== undefined && at < MAX_DEPTH && areSiblings(root, at, first, name) ? 'high' : 'medium',
      usual: 'what was named before',
    };
  }
  return null;
}

/** What it has named before that is most like it: of the same kind and at the same depth, of the same kind, or else the first. */
function subjectOf({ name, at }: NamedAnew, { names }: JudgedTally): string {
  const others = [...names].filter((other) => other.name !== name);
  const alike = others.filter((other) => classOf(other.name) === classOf(name));
  return (alike.find((other) => other.at === at) ?? alike[0] ?? others[0]!).name;
}

function kindOf(slot: string): string {
  if (slot === EGRESS) return 'host';
  const [, place] = slot.split(' ');
  if (place === undefined) return 'resource';
  return place.endsWith('#file') ? 'object' : 'folder';
}

/** "s3:GetObject for globex (inbox/globex/…) in an invocation for moe; normal is one folder, as in about 4014 invocations". */
function reasonOf(call: Call, { slot, action, name, first, known, usual }: Found): string {
  const what =
    action === null
      ? `A connection to ${name} in an invocation that had connected to ${first}`
      : slot === action
        ? `${action} on ${resourceName(name)} in an invocation that was on ${resourceName(first)}`
        : `${action} for ${short(name)} (${whereOf(call, slot, action)}) in an invocation for ${short(first)}`;
  return `${what}; normal is ${usual}, as in ${countText(known)} invocations`;
}

/** The path up to the name that is told of. */
function whereOf(call: Call, slot: string, action: string): string {
  const arn = call.access.find((one) => one.action === action)?.resources[0] ?? '';
  const asked = withPrefix(arn, prefixFor(action, call));
  const { key } = resourcePath(asked);
  const names = asked.slice(key.length).split('/');
  const at = PLACE_NAMES.indexOf(slot.slice(slot.lastIndexOf('#') + 1));
  const shown = at < MAX_DEPTH ? [...names.slice(0, at + 1), '…'] : names;
  return short(`${resourceName(key).replace(PREFIX, '/')}${shown.join('/')}`);
}

/** Invocations with the action, or with egress, after which it is known that they keep to one. */
const ENOUGH = 40;
/** Invocations after which what never happened says something for good. */
const WELL_KNOWN = 80;
