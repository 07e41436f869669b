import { toAsff } from './asff.ts';
import { SendError } from './courier.ts';
import type { Sender } from './delivery.ts';
import { placeOf } from './place.ts';
import { type Aws, awsPost } from './transport/aws-request.ts';

/** Findings to Security Hub (BatchImportFindings, at most 100 at once), in its own format. One environment and key: one finding there, updated. */
export function createSecurityHubSender(account: () => string | null, aws: Aws): Sender {
  return {
    name: 'securityhub',
    most: 100,
    async send({ notices }, signal) {
      const findings = notices.map(({ finding, ...context }) => {
        const about = { ...context, account: account(), region: aws.region };
        // Security Hub takes findings for an account only.
        if (placeOf(finding, about).account === null) throw new SendError('the account is not known yet');
        return toAsff(finding, about);
      });
      // What could only be counted has no form there; the log and the metrics have it.
      if (findings.length === 0) return;
      const answer = await awsPost(
        aws,
        {
          endpoint: 'securityhub',
          region: aws.region,
          path: '/findings/import',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ Findings: findings }),
        },
        signal,
      );
      const failed = /"FailedCount"\s*:\s*(\d+)/.exec(answer.text)?.[1] ?? '0';
      if (failed !== '0') throw new SendError(`${failed} of ${findings.length} findings were not taken`);
    },
  };
}
