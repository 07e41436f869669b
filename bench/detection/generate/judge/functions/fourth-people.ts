import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named, since } from './names.ts';

/** Opens a shared file if the policies say so; a later version tells the audit's bus. */
export function shareApi(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const policies = `arn:aws:verifiedpermissions::${aws.account}:policy-store/${chance.base62(22)}`;
  const spaces = Array.from({ length: 30 }, () => `sp-${chance.digits(5)}`);
  return {
    name: 'share-api',
    arrivals: world.demand(190, DAYLIGHT, 1.15),
    deployments: [5, 19],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('shares')));
      const allowed = () =>
        it.call(
          aws.to('verifiedpermissions', 'IsAuthorized', policies, {
            out: chance.about(1400, 0.25),
            in: chance.about(520, 0.1),
          }),
        );
      allowed();
      if (chance.often(0.04)) return;
      if (chance.often(0.12)) allowed();
      const file = `spaces/${chance.zipf(spaces)}/${chance.uuid()}`;
      if (chance.often(0.75))
        it.call(aws.s3('GetObject', name('shared-files'), file, { in: chance.tail(9000, 1.1, 9_000_000) }));
      else it.call(aws.s3('HeadObject', name('shared-files'), file, { in: chance.about(430, 0.1) }));
      it.call(aws.dynamodb('UpdateItem', name('shares')));
      if (it.version >= 3 && chance.often(0.75))
        it.novel('deployment', () => it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/audit'))));
      if (chance.often(0.005))
        it.novel('error-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'share-expired-in-use'))));
    },
  };
}

/** Books seats: a transaction in the database behind the Data API; one weekend a festival opens its sale. */
export function seatBooking(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const cluster = aws.arn('rds', 'cluster:seats-prd');
  const sale = Array.from({ length: 240 }, () => world.start + (23.35 + chance.next() * 0.25) * 86_400_000);
  return {
    name: 'seat-booking',
    arrivals: [...world.demand(110, DAYLIGHT, 1.1), ...sale].sort((a, b) => a - b),
    handle(it) {
      const data = (operation: string, details = {}) => it.call(aws.to('rds-data', operation, cluster, details));
      const seats = chance.tail(1, 1.9, 8);
      const book = () => {
        data('BeginTransaction');
        data('ExecuteStatement', { out: chance.about(1500, 0.2), in: chance.about(2400, 0.4) });
        for (let seat = 0; seat < seats; seat++) data('ExecuteStatement', { out: chance.about(1250, 0.2) });
        if (chance.often(0.03)) return data('RollbackTransaction');
        data('CommitTransaction');
        it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'seats-booked'), { out: chance.about(1300, 0.25) }));
        if (chance.often(0.8))
          it.call(
            aws.to('ses', 'SendTemplatedEmail', aws.arn('ses', `identity/tickets.${company}.com`), {
              out: chance.about(1700, 0.2),
            }),
          );
        return true;
      };
      if (it.day === 23 && sale.includes(it.started)) it.novel('campaign', book);
      else book();
    },
  };
}

/** Pushes a notice to people's phones; a third kind of app came out. */
export function mobilePush(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const apps = ['APNS/phone', 'GCM/phone', 'APNS/tablet'];
  return {
    name: 'mobile-push',
    arrivals: world.demand(95, DAYLIGHT, 1.1),
    deployments: [9],
    handle(it) {
      const people = chance.tail(1, 1.2, 25);
      it.call(
        aws.dynamodb('BatchGetItem', name('devices'), { items: people, in: 300 + people * chance.about(210, 0.1) }),
      );
      for (let n = 0; n < people; n++) {
        const app = chance.zipf(apps.slice(0, since(it.day, [18], 2)));
        const endpoint = aws.arn('sns', `endpoint/${app}/${chance.uuid()}`);
        const push = () => {
          const ask = aws.to('sns', 'Publish', endpoint, { out: chance.about(980, 0.2), in: chance.about(480, 0.1) });
          if (chance.often(0.985)) return it.call(ask);
          it.fail(ask, 400, 'EndpointDisabled');
          it.call(aws.to('sns', 'DeleteEndpoint', endpoint, { out: chance.about(560, 0.1) }));
          return it.call(aws.dynamodb('DeleteItem', name('devices')));
        };
        if (app === 'APNS/tablet') it.novel('new-client', push);
        else push();
      }
      it.call(aws.dynamodb('UpdateItem', name('pushes')));
    },
  };
}

/** Welcomes who has confirmed an address; its table moved with a version. */
export function welcomeUser(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
  return {
    name: 'welcome-user',
    arrivals: world.demand(70, DAYLIGHT, 1.2),
    deployments: [6, 21],
    handle(it) {
      it.call(aws.to('cognito-idp', 'AdminAddUserToGroup', pool, { out: chance.about(900, 0.1) }));
      if (chance.often(0.2))
        it.call(aws.to('cognito-idp', 'AdminUpdateUserAttributes', pool, { out: chance.about(1050, 0.1) }));
      if (it.version >= 3) it.novel('deployment', () => it.call(aws.dynamodb('PutItem', name('profiles-v2'))));
      else it.call(aws.dynamodb('PutItem', name('profiles')));
      it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/members'), { out: chance.about(1250, 0.15) }));
      const mail = aws.to('ses', 'SendTemplatedEmail', aws.arn('ses', `identity/hello.${company}.com`), {
        out: chance.about(1500, 0.15),
      });
      if (chance.often(0.99)) it.call(mail);
      else {
        it.fail(mail, 400, 'MessageRejected');
        it.novel('dlq', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'welcome-failed'))));
      }
    },
  };
}

/** Signs in who brings files: a secret for each of them, which says where at home is. */
export function sftpLogin(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const logins = Array.from({ length: 15 }, () =>
    aws.arn(
      'secretsmanager',
      `secret:sftp/${chance.pick(['acme', 'nord', 'blue', 'gilt', 'fern'])}-${chance.digits(4)}-${chance.base62(6)}`,
    ),
  );
  return {
    name: 'sftp-login',
    arrivals: world.demand(85, DAYLIGHT),
    handle(it) {
      const login = chance.zipf(logins.slice(0, since(it.day, [3, 10, 17], 12)));
      const signIn = () => {
        it.call(aws.to('secretsmanager', 'GetSecretValue', login, { in: chance.about(1100, 0.1) }));
        // A wrong password ends it here.
        if (chance.often(0.02)) return;
        it.call(aws.dynamodb('UpdateItem', name('sftp-logins')));
      };
      if (logins.indexOf(login) >= 14) it.novel('new-client', signIn);
      else signIn();
    },
  };
}
