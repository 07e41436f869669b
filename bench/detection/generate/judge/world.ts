import { Aws } from './ask.ts';
import { Chance } from './chance.ts';
import type { Invocation } from './invocation.ts';

export const DAY = 86_400_000;
const TRAINING_DAYS = 14;
export const DAYS = 28;

/** A function as its team runs it. */
export interface FunctionModel {
  readonly name: string;
  /** When it is invoked, in milliseconds, in order. */
  readonly arrivals: readonly number[];
  handle(invocation: Invocation): void;
  /** Days on which a next version went live, the first hours to one environment in ten. */
  readonly deployments?: readonly number[];
}

/** One company's account over four weeks: two to learn from, two to judge. */
export class World {
  readonly chance: Chance;
  readonly aws: Aws;
  readonly start: number;
  readonly company: string;
  readonly #scale: number;
  /** Where a fail-over goes. */
  readonly otherRegion: string;
  /** A bad hour of one service, in the training part and in the test part. */
  readonly #incidents: readonly { service: string; from: number; to: number }[];
  readonly #unrest: number;

  constructor(seed: number, company: string, start: string, scale = 1) {
    const chance = new Chance(seed * 7919 + 17);
    this.chance = chance;
    this.company = company;
    this.#scale = scale;
    this.start = Date.parse(start);
    const [region, other] = chance.some(['eu-west-1', 'us-east-2', 'ap-southeast-2', 'eu-north-1', 'ca-central-1'], 2);
    this.otherRegion = other!;
    this.aws = new Aws(chance, chance.pick(['2', '4', '6', '8']) + chance.digits(11), region!, chance.often(0.5));
    this.#unrest = chance.between(0.001, 0.003);
    this.#incidents = [4, 10, 18, 23].map((day) => {
      const from = this.start + (day + chance.next()) * DAY;
      return {
        service: chance.pick(['dynamodb', 's3', 'dynamodb', 'sqs']),
        from,
        to: from + chance.between(0.3, 1.5) * 3_600_000,
      };
    });
  }

  dayOf = (time: number): number => Math.floor((time - this.start) / DAY);
  isTest = (time: number): boolean => time >= this.testStart;
  get testStart(): number {
    return this.start + TRAINING_DAYS * DAY;
  }

  /** How likely an attempt is throttled. */
  trouble(service: string, time: number): number {
    return this.#incidents.some((it) => it.service === service && time >= it.from && time < it.to)
      ? 0.12
      : this.#unrest;
  }

  /** Arrivals of a demand: so many a day at a weight for each hour, with busy and slow days, bursts and growth. */
  demand(perDay: number, rhythm: Rhythm, growth = 1): number[] {
    const { chance } = this;
    const times: number[] = [];
    for (let day = 0; day < DAYS; day++) {
      const weekday = new Date(this.start + day * DAY).getUTCDay();
      const busy = this.#scale * Math.exp(0.12 * chance.normal()) * growth ** (day / DAYS);
      for (let hour = 0; hour < 24; hour++) {
        const count = chance.poisson(perDay * busy * rhythm(hour, weekday) * Math.exp(0.2 * chance.normal()));
        const from = this.start + day * DAY + hour * 3_600_000;
        const burst = from + chance.next() * 3_500_000;
        for (let i = 0; i < count; i++)
          times.push(chance.often(0.15) ? burst + chance.next() * 20_000 : from + chance.next() * 3_600_000);
      }
    }
    return times.sort((a, b) => a - b);
  }

  /** Every so many minutes, or at given minutes of chosen days, a little late as EventBridge is. */
  schedule(minutes: readonly number[], on: (weekday: number, day: Date) => boolean = () => true): number[] {
    const times: number[] = [];
    for (let day = 0; day < DAYS; day++) {
      const date = new Date(this.start + day * DAY);
      if (!on(date.getUTCDay(), date)) continue;
      for (const minute of minutes) times.push(date.getTime() + minute * 60_000 + this.chance.between(300, 32_000));
    }
    return times;
  }
}

/** Share of a day's demand in this hour. */
export type Rhythm = (hour: number, weekday: number) => number;

const bell = (hour: number, peak: number, width: number): number => {
  const apart = Math.min(Math.abs(hour - peak), 24 - Math.abs(hour - peak));
  return Math.exp(-((apart / width) ** 2));
};
const rhythm = (shape: Rhythm): Rhythm => {
  let sum = 0;
  for (let hour = 0; hour < 24; hour++) sum += shape(hour, 3);
  return (hour, weekday) => shape(hour, weekday) / sum;
};
const weekend = (weekday: number): boolean => weekday === 0 || weekday === 6;

export const OFFICE = rhythm((hour, weekday) => (0.02 + bell(hour, 10.5, 4)) * (weekend(weekday) ? 0.12 : 1));
/** As at the office, and nobody at week-ends. */
export const WORKDAYS: Rhythm = (hour, weekday) => (weekend(weekday) ? 0 : OFFICE(hour, weekday));
export const EVENING = rhythm((hour, weekday) => (0.05 + bell(hour, 19, 4.5)) * (weekend(weekday) ? 1.35 : 1));
export const GLOBE = rhythm((hour) => 0.6 + bell(hour, 14, 7));
/** Busy from breakfast to late evening, a little less so on Saturdays. */
export const DAYLIGHT = rhythm(
  (hour, weekday) =>
    (0.06 + Math.min(1, bell(hour, 14.5, 7) * 1.35)) * (weekday === 6 ? 0.75 : weekday === 0 ? 0.9 : 1),
);
