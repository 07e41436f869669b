import { describe, expect, it } from 'vitest';
import { Vault } from '../../../extension/seal/vault.ts';
import { REAL } from './sealed-sensor.ts';

describe('a placeholder', () => {
  it('has the form of the real one and keeps its account, and nothing else of it', () => {
    const placeholder = new Vault().seal(REAL, null);
    expect(placeholder.accessKeyId).toMatch(/^[A-Z0-9]{20}$/);
    expect(placeholder.accessKeyId.slice(0, 13)).toBe(REAL.accessKeyId.slice(0, 13));
    expect(placeholder.accessKeyId).not.toBe(REAL.accessKeyId);
    expect(placeholder.secretAccessKey).toHaveLength(40);
    expect(JSON.stringify(placeholder)).not.toContain(REAL.secretAccessKey);
    expect(JSON.stringify(placeholder)).not.toContain(REAL.sessionToken);
  });

  it('is the same for the same credentials, and another in another environment', () => {
    const vault = new Vault();
    const placeholder = vault.seal(REAL, null);
    expect(vault.seal(REAL, null)).toEqual(placeholder);
    expect(new Vault().seal(REAL, null).secretAccessKey).not.toBe(placeholder.secretAccessKey);
  });

  it('is forgotten when AWS takes the real ones no more, and the oldest when there are too many', () => {
    const vault = new Vault();
    const { accessKeyId } = vault.seal(REAL, 1_000);
    vault.expire(999);
    expect(vault.open(accessKeyId)).not.toBeNull();
    vault.expire(1_000);
    expect(vault.open(accessKeyId)).toBeNull();
    const own = vault.seal(REAL, null);
    for (let i = 0; i < 2_000; i++) vault.seal({ ...REAL, sessionToken: `${i}` }, 1e13);
    expect(vault.size).toBeLessThanOrEqual(512);
    expect(vault.open(own.accessKeyId)).not.toBeNull();
  });
});
