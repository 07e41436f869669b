import { flood, type Scenario } from '../scenario.ts';
import { answers, bodies, crowd, volume } from './bursts.ts';

const many = (...kinds: readonly string[]): Scenario['attack'] => flood(kinds, (ask) => ask, crowd);

export const fifthVolume: readonly Scenario[] = [
  volume('tokens-by-the-hundred', 'T1606', many('kms:GenerateMac')),
  volume('codes-pumped', 'T1496.003', many('sms-voice:SendTextMessage')),
  volume('homes-looked-into', 'T1602', many('iot:GetThingShadow')),
  volume('every-caller-known', 'T1213', many('profile:SearchProfiles')),
  volume('the-handbook-asked-empty', 'T1213', many('kendra:Query')),
  volume('policies-looked-up-one-by-one', 'T1213', many('lambda:Invoke')),
  volume('matches-that-nobody-plays', 'T1499', many('gamelift:StartMatchmaking')),
  volume('all-declared-compliant', 'T1562.001', many('config:PutEvaluations')),
  volume('tastes-copied', 'T1213', many('personalize:GetRecommendations')),
  volume('dashboards-by-the-hundred', 'T1213', many('quicksight:GetDashboardEmbedUrl')),
  volume('every-image-gone', 'T1485', many('ecr:BatchDeleteImage')),
  volume('settings-overwritten-by-the-hundred', 'T1565.001', many('ssm:PutParameter')),
  volume('letters-to-the-world', 'T1496.004+T1566', many('ses:SendBulkEmail')),
  volume('an-export-in-a-payload', 'T1048', bodies(['lambda:Invoke'], 900_000, 5_000_000)),
  volume('a-result-full', 'T1074+T1048', bodies(['states:SendTaskSuccess'], 120_000, 255_000)),
  volume('all-profiles-in-one-answer', 'T1213', answers(['profile:SearchProfiles', 'kendra:Query'], 400_000, 900_000)),
];
