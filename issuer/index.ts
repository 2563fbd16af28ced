export type { IssuerAgent } from './agent/contract.ts';
export type { IssuerConfig } from './config.ts';
export { type AuthorityOptions, createAuthority } from './create-authority.ts';
export { createIssuerServer } from './http/issuer-server.ts';
export type { Issuer } from './issuer.ts';
export { type OpenOptions, openIssuer } from './open-issuer.ts';
