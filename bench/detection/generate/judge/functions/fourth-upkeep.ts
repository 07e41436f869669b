import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named } from './names.ts';

/** Looks every ten minutes how long queues are and sets up as many tasks as they need; a version added a queue. */
export function queueScaler(world: World): FunctionModel {
  const { aws, chance } = world;
  const work = ['mail', 'render', 'export', 'sync', 'geocode'];
  return {
    name: 'queue-scaler',
    arrivals: world.schedule(Array.from({ length: 144 }, (_, i) => i * 10 + 4)),
    deployments: [4, 21],
    handle(it) {
      for (const queue of it.version < 3 ? work.slice(0, 4) : work) {
        const scale = () => {
          const service = aws.arn('ecs', `service/workers/${queue}`);
          it.call(aws.to('sqs', 'GetQueueAttributes', aws.arn('sqs', queue), { in: chance.about(610, 0.08) }));
          it.call(aws.to('ecs', 'DescribeServices', service, { in: chance.about(6100, 0.1) }));
          if (chance.often(0.09)) it.call(aws.to('ecs', 'UpdateService', service, { in: chance.about(5600, 0.1) }));
        };
        if (queue === 'geocode') it.novel('deployment', scale);
        else scale();
      }
      it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1500, 0.1) }));
    },
  };
}

/** Lets a release pass when its checks are green, and says so where it was built. */
export function releaseGate(world: World): FunctionModel {
  const { aws, chance } = world;
  const systems = ['shop', 'back-office', 'apps', 'search'];
  return {
    name: 'release-gate',
    arrivals: world.demand(34, DAYLIGHT),
    deployments: [12],
    handle(it) {
      if (it.cold) it.call(aws.to('ssm', 'GetParameter', aws.arn('ssm', 'parameter/prd/release/github-app')));
      const system = chance.zipf(systems);
      const pipeline = aws.arn('codepipeline', system);
      it.call(aws.to('codepipeline', 'GetPipelineState', pipeline, { in: chance.about(5200, 0.2) }));
      it.call(
        aws.to('codebuild', 'BatchGetBuilds', aws.arn('codebuild', `project/${system}-checks`), {
          in: chance.about(7400, 0.3),
          items: chance.whole(1, 3),
        }),
      );
      it.call(aws.egress('api.github.com', { out: chance.about(1300, 0.2), in: chance.about(6100, 0.4) }));
      if (chance.often(0.86))
        it.call(
          aws.to('codepipeline', 'PutApprovalResult', aws.arn('codepipeline', `${system}/Release/Checks`), {
            out: chance.about(840, 0.1),
          }),
        );
      else it.call(aws.to('sns', 'Publish', aws.arn('sns', 'release-held')));
    },
  };
}

/** Adds up each morning what AWS has cost, in the account that pays for all; the whole month on its first day. */
export function costWatch(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const payer = `5${chance.digits(11)}`;
  return {
    name: 'cost-watch',
    arrivals: world.schedule([6 * 60 + 40]),
    handle(it) {
      const as = it.assume('cost-reader', payer, 'cost-watch');
      const costs = () => {
        it.call(
          aws.to('ce', 'GetCostAndUsage', '*', {
            as,
            region: 'us-east-1',
            in: chance.tail(7000, 1.4, 90_000),
            ms: 420,
          }),
        );
      };
      for (let n = chance.whole(5, 7); n > 0; n--) costs();
      if (it.date.getUTCDate() === 1)
        it.novel('month-end', () => {
          for (let n = 18; n > 0; n--) costs();
        });
      it.call(aws.s3('PutObject', name('costs'), `daily/${it.iso()}.json`, { out: chance.about(21_000, 0.2) }));
      it.call(aws.to('sns', 'Publish', aws.arn('sns', 'costs'), { out: chance.about(3200, 0.15) }));
    },
  };
}
