import { describe, expect, it } from 'vitest';
import { honestLikenesses, lookAlike } from '../../../baseline/detect/look-alike.ts';

const known = ['api.stripe.com:443', 'hooks.customer-shop.co.uk:443', '10.0.0.7:443'];

describe('a host that poses as a known one', () => {
  it.each([
    'api.stripe.com.evil.xyz:443',
    'api.stripe.com-login.net:443',
    'api.stripe-secure.com:443',
    'api.secure-stripe.com:443',
    'api.stripe.co:443',
    'api.customershop.co.uk:443',
    'hooks.custorner-shop.co.uk:443',
    'hooks.customer-sh0p.co.uk:443',
  ])('%s', (host) => {
    expect(lookAlike(host, known)).not.toBeNull();
  });
});

describe('no look-alike is', () => {
  it.each([
    'api.stripe.com:443',
    'files.stripe.com:443',
    'example.org:443',
    'strange.com:443',
    '10.0.0.8:443',
    'hooks.other-shop.co.uk:443',
  ])('%s', (host) => {
    expect(lookAlike(host, known)).toBeNull();
  });
});

describe('where known hosts look like one another', () => {
  const customers = ['api.freight.net:443', 'api.koru-freight.io:443', 'api.orbit.de:443', 'api.tessera.com:443'];
  const honest = honestLikenesses(customers);

  it('in that way one more says nothing', () => {
    expect(lookAlike('api.zinnia-freight.io:443', customers)).not.toBeNull();
    expect(lookAlike('api.zinnia-freight.io:443', customers, honest)).toBeNull();
  });
  it('in other ways it does', () => {
    for (const host of ['api.tessera.com.evil.xyz:443', 'api.tesserra.com:443', 'api.tessera.xyz:443'])
      expect(lookAlike(host, customers, honest)).toBe('api.tessera.com:443');
  });
});
