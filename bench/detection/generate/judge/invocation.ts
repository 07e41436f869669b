import type { Ask, Aws, Signer } from './ask.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';

/** A call as it went: what was asked, when, and what the examiner knows of it. */
export interface Made {
  ask: Ask;
  time: number;
  novelty: string | null;
  attack: string | null;
}

/** What one execution environment keeps between invocations. */
export interface Environment {
  readonly id: string;
  readonly own: Signer;
  readonly version: string;
  readonly born: number;
  /** Caches, tokens, configuration: whatever a module-level variable holds. */
  readonly memory: Map<string, number | string>;
  idleFrom: number;
}

/** One invocation while its handler runs: the handler asks, time goes on. */
export class Invocation {
  readonly world: World;
  readonly aws: Aws;
  readonly chance: Chance;
  readonly started: number;
  readonly environment: Environment;
  readonly cold: boolean;
  readonly made: Made[] = [];
  now: number;
  #novelty: string | null = null;

  constructor(world: World, started: number, environment: Environment, cold: boolean) {
    this.world = world;
    this.aws = world.aws;
    this.chance = world.chance;
    this.started = started;
    this.environment = environment;
    this.cold = cold;
    this.now = started + this.chance.between(2, 40);
  }

  get day(): number {
    return this.world.dayOf(this.started);
  }
  get test(): boolean {
    return this.world.isTest(this.started);
  }
  get date(): Date {
    return new Date(this.started);
  }
  /** yyyy-mm-dd, so many days ago. */
  iso = (ago = 0): string => new Date(this.started - ago * 86_400_000).toISOString().slice(0, 10);
  get hour(): string {
    return new Date(this.started).toISOString().slice(11, 13);
  }
  get version(): number {
    return Number(this.environment.version);
  }

  /** Makes a call, after the throttled attempts that its service's mood brings. False where they were too many. */
  call(ask: Ask): boolean {
    const refused = REFUSED[ask.service ?? ''] ?? THROTTLED;
    const trouble = ask.service === null ? 0 : this.world.trouble(ask.service, this.now);
    for (let attempt = 0; attempt < 3 && this.chance.often(trouble); attempt++) {
      this.#make(
        { ...ask, ...refused, in: this.chance.about(380, 0.1), items: ask.items, ms: this.chance.about(9) },
        'throttle',
      );
      this.wait(this.chance.between(20, 120) * 2 ** attempt);
      if (attempt === 2) return false;
    }
    this.#make(ask, null);
    this.now += ask.ms + this.chance.between(0.3, 6);
    return true;
  }

  /** Makes calls so many at once; the next begins when one has ended. */
  all(asks: readonly Ask[], atOnce: number): void {
    const lanes = Array.from({ length: Math.max(1, Math.min(atOnce, asks.length)) }, () => this.now);
    for (const ask of asks) {
      const lane = lanes.indexOf(Math.min(...lanes));
      this.now = lanes[lane]! + this.chance.between(0, 3);
      this.call(ask);
      lanes[lane] = this.now;
    }
    this.now = Math.max(...lanes, this.now);
  }

  /** A call that fails in the way that this service fails. */
  fail(ask: Ask, status: number, errorCode: string, novelty: string | null = null): void {
    this.#make({ ...ask, status, errorCode, in: this.chance.about(420, 0.15) }, novelty);
    this.now += ask.ms + this.chance.between(0.3, 4);
  }

  wait(ms: number): void {
    this.now += ms;
  }

  /** Labels what is legitimately new in the test part; the training part knows no labels. */
  novel(kind: string, act: () => void): void {
    const outer = this.#novelty;
    this.#novelty = kind;
    act();
    this.#novelty = outer;
  }

  /** True once in so many milliseconds of an environment: a cache that runs out. */
  expired(name: string, ms: number): boolean {
    const until = this.environment.memory.get(name);
    if (typeof until === 'number' && until > this.started) return false;
    this.environment.memory.set(name, this.started + ms * this.chance.between(0.95, 1.05));
    return true;
  }

  /** Takes a role: asks STS unless the environment still holds its session. */
  assume(role: string, account: string, session: string, hold = 0): Signer {
    const held = this.environment.memory.get(role);
    if (hold > 0 && typeof held === 'string' && !this.expired(`${role} until`, hold))
      return { accessKeyId: held, account };
    const issues = this.chance.accessKey();
    this.call(
      this.aws.to('sts', 'AssumeRole', `arn:aws:iam::${account}:role/${role}`, {
        issues,
        out: this.chance.about(900 + session.length, 0.05),
        in: this.chance.about(1650, 0.05),
      }),
    );
    if (hold > 0) {
      this.environment.memory.set(role, issues);
      this.expired(`${role} until`, hold);
    }
    return { accessKeyId: issues, account };
  }

  #make(ask: Ask, novelty: string | null): void {
    this.made.push({
      ask,
      time: this.now,
      novelty: this.test ? (novelty ?? this.#novelty) : null,
      attack: null,
    });
  }
}

const THROTTLED = { status: 400, errorCode: 'ThrottlingException' };
const REFUSED: Record<string, { status: number; errorCode: string }> = {
  dynamodb: { status: 400, errorCode: 'ProvisionedThroughputExceededException' },
  s3: { status: 503, errorCode: 'SlowDown' },
  es: { status: 429, errorCode: 'TooManyRequests' },
  kinesis: { status: 400, errorCode: 'ProvisionedThroughputExceededException' },
};
