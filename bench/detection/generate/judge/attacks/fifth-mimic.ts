import { kindOf } from '../profile.ts';
import { inTier, type Scenario, times } from '../scenario.ts';
import { grown, onceMore, SLOW } from './slow.ts';

const single = inTier('mimic');
const slow = (name: string, technique: string, attack: Scenario['attack'], alters = false): Scenario => ({
  ...SLOW,
  name,
  technique: `T1030+${technique}`,
  alters,
  attack,
});

export const fifthMimic: readonly Scenario[] = [
  slow('one-token-more', 'T1606', onceMore(['kms:GenerateMac', 'quicksight:GetDashboardEmbedUrl'])),
  slow('one-home-more', 'T1602', onceMore(['iot:GetThingShadow', 'profile:SearchProfiles'])),
  slow('one-verdict-more', 'T1562.001', onceMore(['config:PutEvaluations', 'states:SendTaskSuccess'])),
  slow('one-answer-more', 'T1213', onceMore(['personalize:GetRecommendations', 'kendra:Query'], undefined, 0.5)),
  slow(
    'one-text-more',
    'T1496.003',
    onceMore(['sms-voice:SendTextMessage', 'gamelift:StartMatchmaking'], undefined, 0.45),
  ),
  slow('one-thing-less', 'T1485', onceMore(['s3:DeleteObject', 'dynamodb:DeleteItem'], undefined, 0.4)),
  slow('one-switch-more', 'T1565.001', onceMore(['cloudfront-keyvaluestore:UpdateKeys'])),
  slow('each-time-by-the-second-provider', 'T1048', ({ profile }) => {
    // A host that it goes to when another fails.
    const all = profile.all('egress:CONNECT');
    if (profile.invocations < 600 || all.length < 5 || profile.perInvocation('egress:CONNECT').share > 0.06)
      return null;
    return [profile.own('egress:CONNECT')!];
  }),
  slow(
    'marks-guessed',
    'T1606+T1110',
    onceMore(['kms:VerifyMac'], (ask) => ({ ...ask, in: 390, status: 400, errorCode: 'KMSInvalidMacException' }), 0.35),
  ),
  slow(
    'fuller-profiles',
    'T1213',
    grown(['profile:SearchProfiles', 'personalize:GetRecommendations'], (ask) => ({ ...ask, in: ask.in * 3 })),
    true,
  ),
  slow(
    'words-in-a-result',
    'T1048',
    grown(['states:SendTaskSuccess', 'config:PutEvaluations', 'iot:GetThingShadow'], (ask) => ({
      ...ask,
      out: ask.out * 3,
    })),
    true,
  ),
  single('two-shops-in-one-run', 'T1213+T1530', ({ profile, victim, chance }) => {
    const host = victim.made.find(({ ask, novelty }) => novelty === null && SHOP.test(ask.host))?.ask.host;
    const others = profile.all('egress:CONNECT').filter((ask) => ask.host !== host);
    return host === undefined || others.length === 0 ? null : times(chance.whole(1, 3), () => chance.pick(others));
  }),
  single(
    'decided-before-it-was-looked-at',
    'T1565.001',
    ({ profile, chance }) => {
      const kind = ['states:SendTaskSuccess', 'config:PutEvaluations', 'gamelift:StartMatchmaking'].find(profile.uses);
      return kind === undefined ? null : times(chance.whole(1, 3), () => profile.own(kind)!);
    },
    { place: 'start' },
  ),
  single(
    'landed-and-thrown-away',
    'T1485',
    ({ profile, chance }) =>
      profile.uses('s3:DeleteObject') ? times(chance.whole(2, 5), () => profile.own('s3:DeleteObject')!) : null,
    { alone: true },
  ),
  single(
    'reads-when-all-is-done',
    'T1213.006+T1530',
    (scene) => {
      const { profile, victim, chance } = scene;
      const kind = profile.invocations < 250 || profile.last === null ? null : kindOf(victim.made[0]!.ask);
      if (kind === null || kind === profile.last || !READS.test(kind) || !profile.uses(kind)) return null;
      return times(chance.whole(3, 6), () => profile.own(kind)!);
    },
    { place: 'end' },
  ),
  single(
    'one-seat-more',
    'T1550.001',
    ({ profile, chance, aws }) => {
      const embeds = 'quicksight:GetDashboardEmbedUrl';
      if (!profile.uses(embeds)) return null;
      const as = { accessKeyId: chance.accessKey(), account: aws.account };
      return [
        { ...profile.own('sts:AssumeRole')!, issues: as.accessKeyId },
        ...times(chance.whole(1, 3), () => ({ ...profile.own(embeds)!, as })),
      ];
    },
    { place: 'end' },
  ),
  single('each-permission-tried-once', 'T1580', ({ profile, chance }) => {
    const kinds = profile.kinds.filter((kind) => !kind.startsWith('sts:') && !profile.own(kind)!.as);
    if (kinds.length < 5 || profile.invocations < 250) return null;
    return chance.some(kinds, kinds.length).map((kind) => profile.own(kind)!);
  }),
  single('a-handful-more', 'T1030', ({ profile, chance }) => {
    const kind = ['lambda:Invoke', 'kms:VerifyMac', 'gamelift:StartMatchmaking'].find(
      (it) => profile.uses(it) && profile.perInvocation(it).most === 1,
    );
    return kind === undefined ? null : times(chance.whole(3, 7), () => profile.own(kind)!);
  }),
];

const SHOP = /\.myshopify\./;
const READS = /:(Get|BatchGet|Query|Search|Describe)/;
