import type { IssuerAgent } from './agent/contract.ts';

/** An {@link Issuer} as far as its agent goes, for a step that needs only this of its keys. */
export type AgentPart<Name extends keyof IssuerAgent> = {
  readonly agent: Pick<IssuerAgent, Name>;
};
