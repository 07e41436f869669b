import { DAYLIGHT, type FunctionModel, GLOBE, type World } from '../world.ts';
import { mostlyOne, named } from './names.ts';

/** What a stack cannot make by itself: a name, a setting, a first row; then CloudFormation is told. */
export function stackHooks(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const zone = `arn:aws:route53:::hostedzone/Z${chance.base32(18)}`;
  return {
    name: 'stack-hooks',
    arrivals: world.demand(30, DAYLIGHT),
    handle(it) {
      const kind = chance.next();
      if (kind < 0.4) {
        it.call(aws.to('route53', 'ChangeResourceRecordSets', zone, { out: chance.about(1100, 0.15) }));
        for (let poll = chance.whole(1, 3); poll > 0; poll--) {
          it.wait(5000);
          it.call(aws.to('route53', 'GetChange', 'arn:aws:route53:::change/*'));
        }
      } else if (kind < 0.75) {
        const service = chance.pick(['shop', 'mail', 'search', 'books', 'seats']);
        it.call(aws.to('ssm', 'PutParameter', aws.arn('ssm', `parameter/prd/stacks/${service}/settings`)));
      } else for (let row = chance.whole(1, 4); row > 0; row--) it.call(aws.dynamodb('PutItem', name('defaults')));
      it.call(
        aws.egress(`cloudformation-custom-resource-response-${aws.region.replaceAll('-', '')}.s3.amazonaws.com`, {
          out: chance.about(1650, 0.1),
          in: chance.about(330, 0.1),
        }),
      );
    },
  };
}

/** Keeps locks and hubs as they should be when a rule has seen one speak; a third kind of device came out. */
export function shadowSync(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const homes = Array.from({ length: 400 }, () => chance.hex(8));
  const host = `a${chance.hex(13)}-ats.iot.${aws.region}.amazonaws.com`;
  return {
    name: 'shadow-sync',
    arrivals: world.demand(140, GLOBE, 1.1),
    deployments: [6, 24],
    handle(it) {
      for (let n = mostlyOne(world); n > 0; n--) {
        const kind = it.day >= 18 && chance.often(0.15) ? 'bell' : chance.zipf(['lock', 'hub']);
        const thing = aws.arn('iot', `thing/${kind}-${chance.zipf(homes.slice(0, 240 + it.day * 5))}`);
        const shadow = (operation: string, details = {}) =>
          it.call({ ...aws.to('iot', operation, thing, details), host });
        const sync = () => {
          shadow('GetThingShadow', { in: chance.about(1100, 0.2) });
          if (chance.often(0.6))
            shadow('UpdateThingShadow', { out: chance.about(820, 0.15), in: chance.about(760, 0.15) });
          it.call(aws.dynamodb('UpdateItem', name('homes')));
        };
        if (kind === 'bell') it.novel('new-client', sync);
        else sync();
      }
    },
  };
}

/** A rule of AWS Config: does what was changed bear the tags that it must bear? A later version asks for the owner's cost centre. */
export function tagRule(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'tag-rule',
    arrivals: world.demand(76, DAYLIGHT),
    deployments: [5, 21],
    handle(it) {
      if (chance.often(0.3))
        it.call(aws.to('config', 'GetResourceConfigHistory', '*', { in: chance.about(7400, 0.4) }));
      it.call(aws.dynamodb('GetItem', name('tag-exceptions')));
      if (it.version >= 3) it.novel('deployment', () => it.call(aws.dynamodb('GetItem', name('cost-centres'))));
      it.call(aws.to('config', 'PutEvaluations', '*', { out: chance.about(1700, 0.1), in: chance.about(290, 0.1) }));
    },
  };
}

/** Looks each morning at what was brought back from backups to try them; on the first of a month that is all of them. */
export function restoreCheck(world: World): FunctionModel {
  const { aws, chance } = world;
  const vaults = ['databases', 'files', 'machines', 'archive'];
  return {
    name: 'restore-check',
    arrivals: world.schedule([5 * 60 + 20]),
    handle(it) {
      it.call(aws.to('backup', 'ListBackupJobs', '*', { in: chance.about(16_000, 0.2) }));
      const look = (restored: number) => {
        for (const vault of vaults) {
          const there = aws.arn('backup', `backup-vault:${vault}`);
          it.call(aws.to('backup', 'ListRecoveryPointsByBackupVault', there, { in: chance.about(11_000, 0.2) }));
          for (let n = restored + chance.whole(0, 3); n > 0; n--) {
            it.call(aws.to('backup', 'DescribeRestoreJob', '*', { in: chance.about(1200, 0.1) }));
            it.call(aws.to('backup', 'PutRestoreValidationResult', '*'));
          }
        }
      };
      look(2);
      if (it.date.getUTCDate() === 1) it.novel('month-end', () => look(20));
      it.call(aws.to('sns', 'Publish', aws.arn('sns', 'backups-looked-at'), { out: chance.about(2100, 0.1) }));
    },
  };
}

/** Looks each hour whether the lake's tables are as their rules say; one more is looked at since a Tuesday. */
export function tableQuality(world: World): FunctionModel {
  const { aws, chance } = world;
  const tables = ['orders', 'sessions', 'stock', 'tickets'];
  return {
    name: 'table-quality',
    arrivals: world.schedule(Array.from({ length: 24 }, (_, hour) => hour * 60 + 35)),
    deployments: [9],
    handle(it) {
      for (const table of it.day < 15 ? tables.slice(0, 3) : tables) {
        const check = () => {
          const there = aws.arn('glue', `table/lake/${table}`);
          it.call(aws.to('glue', 'GetTable', there, { in: chance.about(5800, 0.08) }));
          it.call(
            aws.to('glue', 'StartDataQualityRulesetEvaluationRun', aws.arn('glue', `dataQualityRuleset/${table}`)),
          );
          for (let poll = chance.whole(1, 4); poll > 0; poll--) {
            it.wait(10_000);
            it.call(
              aws.to('glue', 'GetDataQualityRulesetEvaluationRun', aws.arn('glue', `dataQualityRuleset/${table}`), {
                in: chance.about(1300, 0.1),
              }),
            );
          }
        };
        if (table === 'tickets') it.novel('new-source', check);
        else check();
      }
      it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1900, 0.1) }));
    },
  };
}

/** Throws away images that nothing runs any more, four times a day. */
export function imagePrune(world: World): FunctionModel {
  const { aws, chance } = world;
  const repositories = ['shop', 'search', 'mailer', 'gateway', 'batch'].map((it) =>
    aws.arn('ecr', `repository/apps/${it}`),
  );
  return {
    name: 'image-prune',
    arrivals: world.schedule([25, 6 * 60 + 25, 12 * 60 + 25, 18 * 60 + 25]),
    handle(it) {
      for (const repository of repositories) {
        const images = (operation: string, details = {}) =>
          it.call({
            ...aws.to('ecr', operation, repository, details),
            host: `api.ecr.${aws.region}.amazonaws.com`,
          });
        images('DescribeImages', { in: chance.about(19_000, 0.3) });
        if (chance.often(0.4)) images('BatchDeleteImage', { items: chance.whole(1, 6), out: chance.about(1100, 0.3) });
      }
    },
  };
}
