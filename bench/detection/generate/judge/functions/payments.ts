import { EVENING, type FunctionModel, OFFICE, type World } from '../world.ts';

/** Receives a payment provider's events: each at least once, some twice, rarely one that nobody knows. */
export function paymentWebhook(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const secret = aws.arn('secretsmanager', `secret:${company}/live/psp-webhook-${chance.base62(6)}`);
  const bus = aws.arn('events', `event-bus/${company}-payments`);
  return {
    name: `${company}-payment-webhook`,
    arrivals: world.demand(270, EVENING, 1.25),
    deployments: [8, 19],
    handle(it) {
      if (it.expired('secret', 15 * 60_000)) it.call(aws.to('secretsmanager', 'GetSecretValue', secret));
      const seen = aws.dynamodb('PutItem', `${company}-webhook-events`);
      if (chance.often(0.04)) return it.fail(seen, 400, 'ConditionalCheckFailedException');
      it.call(seen);
      it.call(aws.dynamodb('GetItem', `${company}-payments`));
      if (chance.often(0.6)) it.call(aws.dynamodb('UpdateItem', `${company}-payments`));
      if (chance.often(0.09)) {
        it.call(aws.egress('api.stripe.com', { out: chance.about(1500), in: chance.tail(3000, 1.8, 60_000) }));
        if (chance.often(0.03))
          it.novel('retry', () => {
            it.wait(chance.between(400, 1800));
            it.call(aws.egress('api.stripe.com'));
          });
      }
      // Version 3 came in the test part and writes what it did to a ledger as well.
      if (it.version >= 3 && it.test)
        it.novel('deployment', () => it.call(aws.dynamodb('PutItem', `${company}-ledger`)));
      if (chance.often(0.008))
        return it.novel('dlq', () => {
          it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', `${company}-payments-unmatched`)));
        });
      it.call(aws.to('events', 'PutEvents', bus, { items: 1, out: chance.about(1900) }));
    },
  };
}

/** Pays out to merchants on working days; the month's end is the busiest. */
export function payoutRun(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const key = aws.arn('kms', `key/${chance.uuid()}`);
  const table = `${company}-payouts`;
  const secret = aws.arn('secretsmanager', `secret:${company}/live/bank-client-cert-${chance.base62(6)}`);
  return {
    name: `${company}-payout-run`,
    arrivals: world.schedule([5 * 60 + 30, 5 * 60 + 45, 6 * 60, 11 * 60, 15 * 60], (weekday) => weekday % 6 !== 0),
    handle(it) {
      it.call(aws.to('secretsmanager', 'GetSecretValue', secret));
      const end = it.date.getUTCDate() >= 28 || it.date.getUTCDate() === 1;
      const due = chance.tail(4, 1.5, 45) * (end ? 4 : 1);
      const run = () => {
        for (let page = 0; page * 25 < due; page++)
          it.call(
            aws.dynamodb('Query', table, { in: chance.about(14_000, 0.3), items: Math.min(25, due - page * 25) }),
          );
        for (let payout = 0; payout < due; payout++) {
          it.call(aws.to('kms', 'Sign', key, { out: chance.about(760, 0.05) }));
          it.call(
            aws.egress('psd2-api.bankhaus-lampe.example', { out: chance.about(5200, 0.15), in: chance.about(2900) }),
          );
          it.call(aws.dynamodb('TransactWriteItems', table, { items: 2, out: chance.about(2100, 0.2) }));
        }
      };
      if (end) it.novel('month-end', run);
      else run();
      it.call(aws.to('sns', 'Publish', aws.arn('sns', `${company}-finance-notices`), { out: chance.about(1100) }));
    },
  };
}

/** Checks sessions in front of an API: hot, small, warm most of the time. */
export function sessionAuthorizer(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
  return {
    name: `${company}-session-authorizer`,
    arrivals: world.demand(900, OFFICE, 1.15),
    deployments: [22],
    handle(it) {
      if (it.cold) it.call(aws.to('ssm', 'GetParameter', aws.arn('ssm', `parameter/${company}/auth/issuer`)));
      if (it.expired('jwks', 3_600_000))
        it.call(aws.egress(`${company}.eu.auth0.com`, { out: 900, in: chance.about(6800, 0.05) }));
      // A token that this environment has just checked is not looked up again.
      if (!it.cold && chance.often(0.35)) return;
      it.call(aws.dynamodb('GetItem', `${company}-sessions`, { in: chance.about(900, 0.15) }));
      if (chance.often(0.02)) it.call(aws.to('cognito-idp', 'AdminGetUser', pool, { in: chance.about(2400) }));
      if (chance.often(0.1)) it.call(aws.dynamodb('UpdateItem', `${company}-sessions`));
      if (it.version >= 2 && chance.often(0.3))
        it.novel('deployment', () => it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1300) })));
    },
  };
}

/** Checks the licences of on-premises customers: seldom called, then by hand. */
export function licenceCheck(world: World): FunctionModel {
  const { aws, company, chance } = world;
  return {
    name: `${company}-licence-check`,
    arrivals: world.demand(1.6, OFFICE),
    handle(it) {
      if (it.cold)
        it.call(
          aws.to('kms', 'GetPublicKey', aws.arn('kms', `key/0b7e52c4-8a1f-4c1d-9e55-${company.length}f0e2a6d7c91`)),
        );
      it.call(aws.dynamodb('Query', `${company}-licences`, { items: chance.whole(1, 4) }));
      it.call(aws.dynamodb('UpdateItem', `${company}-licences`));
    },
  };
}
