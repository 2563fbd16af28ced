import type { RelyingPartyRegistration } from '@symbolon/schemas/relying-party';

/** A file for `issuer relying-party add`: a hotel that does not exist. */
export const EXAMPLE_REGISTRATION: RelyingPartyRegistration = {
  name: 'Harbour Hotel',
  legal_name: 'Harbour Hotel Ltd.',
  identifier: 'NTRCN-91310000MA1K00000X',
  country: 'CN',
  purpose: [
    { lang: 'en', value: 'Check-in of a guest' },
    { lang: 'zh', value: '旅客入住登记' },
  ],
  policy: 'hotel',
  privacy_policy: 'https://hotel.example/privacy',
  support_uri: 'https://hotel.example/help',
  supervisory_authority: { email: 'authority@example.org' },
};
