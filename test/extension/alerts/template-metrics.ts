import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A metric that an alarm or the dashboard asks for. */
export interface Wanted {
  /** Who asks. */
  readonly by: string;
  readonly name: string;
  readonly namespace: string;
  /** Names of its dimensions. */
  readonly dimensions: readonly string[];
  /** Values of those that are fixed. */
  readonly values: Readonly<Record<string, string>>;
}

export interface MetricFilter {
  readonly pattern: string;
  readonly namespace: string;
  readonly name: string;
}

export interface TemplateMetrics {
  readonly wanted: readonly Wanted[];
  readonly filters: readonly MetricFilter[];
}

// biome-ignore lint/suspicious/noExplicitAny: a template has no type here.
type Any = any;

/** Every metric that template.yaml names, and those that its metric filters make. */
export function templateMetrics(root: string): TemplateMetrics {
  const tags = ['Ref', 'Sub', 'GetAtt', 'Equals', 'Not'].flatMap((name) => [
    { tag: `!${name}`, resolve: (value: string) => value },
    { tag: `!${name}`, collection: 'seq', resolve: (value: Any) => value },
  ]);
  const template = parse(readFileSync(join(root, 'template.yaml'), 'utf8'), { customTags: tags as Any }) as Any;
  const wanted: Wanted[] = [];
  const filters: MetricFilter[] = [];
  for (const [id, { Type, Properties }] of Object.entries<Any>(template.Resources)) {
    if (Type === 'AWS::CloudWatch::Alarm') {
      const dimensions: Any[] = Properties.Dimensions ?? [];
      wanted.push({
        by: id,
        name: Properties.MetricName,
        namespace: Properties.Namespace,
        dimensions: dimensions.map(({ Name }) => Name),
        values: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
      });
    } else if (Type === 'AWS::Logs::MetricFilter') {
      for (const { MetricNamespace, MetricName } of Properties.MetricTransformations)
        filters.push({ pattern: Properties.FilterPattern, namespace: MetricNamespace, name: MetricName });
    } else if (Type === 'AWS::CloudWatch::Dashboard') {
      wanted.push(...dashboardMetrics(id, JSON.parse(Properties.DashboardBody)));
    }
  }
  return { wanted, filters };
}

function dashboardMetrics(by: string, body: Any): Wanted[] {
  return body.widgets.flatMap(({ properties }: Any) =>
    (properties.metrics ?? []).map((metric: Any): Wanted => {
      const [first, name] = metric;
      if (typeof first === 'string') return { by, namespace: first, name, dimensions: [], values: {} };
      const found = /^SEARCH\('\{([^}]+)\} MetricName="(\w+)"', '\w+', \d+\)$/.exec(first.expression);
      if (found === null) throw new Error(`${by}: ${first.expression} is not understood`);
      const [namespace = '', ...dimensions] = found[1]!.split(',');
      return { by, namespace, name: found[2]!, dimensions, values: {} };
    }),
  );
}

/** True where a log line of a run makes this metric: by its EMF directive, or by a metric filter. */
export function isEmitted(wanted: Wanted, lines: readonly string[], filters: readonly MetricFilter[]): boolean {
  const parsed = lines.map((line) => JSON.parse(line) as Any);
  const filter = filters.find(({ name, namespace }) => name === wanted.name && namespace === wanted.namespace);
  if (filter !== undefined) return parsed.some((line) => matches(filter.pattern, line));
  return parsed.some((line) =>
    (line._aws?.CloudWatchMetrics ?? []).some(
      ({ Namespace, Dimensions, Metrics }: Any) =>
        Namespace === wanted.namespace &&
        Metrics.some(({ Name }: Any) => Name === wanted.name) &&
        Dimensions.some((set: string[]) => `${[...set].sort()}` === `${[...wanted.dimensions].sort()}`) &&
        Object.entries(wanted.values).every(([name, value]) => line[name] === value),
    ),
  );
}

/** The one form of filter pattern that the template uses: members of JSON, text with * at its end, joined by &&. */
function matches(pattern: string, line: Any): boolean {
  const terms = /^\{ (.*) \}$/.exec(pattern)?.[1]?.split(' && ') ?? [];
  return (
    terms.length > 0 &&
    terms.every((term) => {
      const [, member, text] = /^\(\$\.(\w+) = "([^"]*)"\)$/.exec(term) ?? [];
      if (member === undefined || text === undefined) throw new Error(`${term} is not understood`);
      const value = line[member];
      if (typeof value !== 'string') return false;
      return text.endsWith('*') ? value.startsWith(text.slice(0, -1)) : value === text;
    })
  );
}
