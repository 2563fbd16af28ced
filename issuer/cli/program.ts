import type { Program } from '@symbolon/terminal';

/** The issuing authority's command line; a command's code is loaded when it is called. */
export const ISSUER_PROGRAM: Program = {
  name: 'issuer',
  summary: 'the authority that enrols people and issues their cards',
  commands: [
    {
      name: 'init',
      summary: 'create an authority: keys, DID, certificates, anchor.json, an empty store',
      load: async () => (await import('./commands/init.ts')).initCommand,
    },
    {
      name: 'serve',
      summary: 'run the service',
      load: async () => (await import('./commands/serve.ts')).serveCommand,
    },
    {
      name: 'enrol',
      summary: 'enrol a person whom an operator has seen',
      load: async () => (await import('./commands/enrol.ts')).enrolCommand,
    },
    {
      name: 'offer',
      summary: 'make a credential offer, its QR and its transaction code',
      load: async () => (await import('./commands/offer.ts')).offerCommand,
    },
    {
      name: 'revoke',
      summary: 'make a credential, or everything of an enrolment, invalid for good',
      load: async () => (await import('./commands/change-status.ts')).revokeCommand,
    },
    {
      name: 'suspend',
      summary: 'make a credential, or everything of an enrolment, invalid for a while',
      load: async () => (await import('./commands/change-status.ts')).suspendCommand,
    },
    {
      name: 'reinstate',
      summary: 'end a suspension',
      load: async () => (await import('./commands/change-status.ts')).reinstateCommand,
    },
    {
      name: 'relying-party add',
      summary: 'register a relying party and write its certificates',
      load: async () => (await import('./commands/relying-party-add.ts')).relyingPartyAddCommand,
    },
    {
      name: 'relying-party list',
      summary: 'list the registered relying parties',
      load: async () => (await import('./commands/relying-party-list.ts')).relyingPartyListCommand,
    },
    {
      name: 'relying-party revoke',
      summary: 'revoke a relying party',
      load: async () =>
        (await import('./commands/relying-party-revoke.ts')).relyingPartyRevokeCommand,
    },
    {
      name: 'bundle',
      summary: 'write the trust bundle that verifiers and wallets import',
      load: async () => (await import('./commands/bundle.ts')).bundleCommand,
    },
    {
      name: 'doctor',
      summary: 'say what is wrong with this installation and how to mend it',
      load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    },
  ],
};
