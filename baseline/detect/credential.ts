import { isEgress } from '../call.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';

/** A call signed with a key that is neither the role's own nor one that an AssumeRole of this environment issued, or for another account. */
export const credential: Detector = {
  name: 'credential',
  when: 'before',
  inspect(call, normal, { lineage, issuer }) {
    if (isEgress(call)) return NONE;
    const first = call.access[0];
    // The role's own story: whoever reads that it was assumed has read of all that is done with it
    if (lineage === 'foreign' && issuer !== null) {
      const { key, kin, severity } = issuer;
      const told = deviation(
        key,
        `A call signed with a key of ${issuer.resource ?? issuer.action ?? 'a session'}, which this function has never assumed before`,
      );
      return [
        { ...told, severity: kin === undefined ? told.severity : severity, ...(kin === undefined ? {} : { kin }) },
      ];
    }
    if (lineage === 'foreign' && !normal.foreignKeys.has(call.accessKeyId!)) {
      return [
        deviation(
          `key ${call.accessKeyId}`,
          `A call signed with key ${call.accessKeyId}${call.account === null ? '' : ` of account ${call.account}`}, which is neither the role's own nor issued by a role that this function assumed`,
        ),
      ];
    }
    if (lineage === 'foreign' && normal.scantKeys.has(call.accessKeyId!)) {
      return [
        {
          ...deviation(
            `rare: key ${call.accessKeyId}`,
            `Key ${call.accessKeyId} is not the role's own, and in the baseline from hardly any invocation: look whether it belongs there`,
          ),
          kind: 'unusual',
        },
      ];
    }
    const accounts = normal.model.accounts;
    if (lineage !== 'own' && call.account !== null && accounts.size > 0 && !accounts.has(call.account)) {
      return [
        deviation(
          `account ${call.account}`,
          `A call for account ${call.account}, in which this function has never worked`,
        ),
      ];
    }
    if (lineage === 'unsigned' && first !== undefined) {
      const known = normal.action(first.action);
      if (known !== undefined && known.credentials.size > 0 && !known.credentials.has('unsigned')) {
        return [deviation('unsigned call', `${first.action} without a signature; normal is the role's own key`)];
      }
    }
    return NONE;

    function deviation(key: string, reason: string): Deviation {
      return {
        detector: 'credential',
        kind: 'scope',
        key,
        severity: 'critical',
        score: 0.98,
        action: first?.action ?? null,
        resource: first?.resources[0] ?? null,
        reason,
        techniques: ['T1078.004', 'T1550.001'],
        about: 'call',
      };
    }
  },
};
