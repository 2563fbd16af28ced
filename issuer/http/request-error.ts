import { Refusal } from '@symbolon/schemas';

/** What can be wrong with an HTTP request before anybody asks what it says. */
export type RequestErrorCode =
  | 'bad_request'
  | 'body_too_large'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'not_found'
  | 'not_ready'
  | 'too_many_requests'
  | 'unsupported_media_type'
  | 'unsupported_encoding';

/** A request that is refused for its form; {@link errorAnswer} knows the status of each code. */
export class RequestError extends Refusal<RequestErrorCode> {
  override readonly name = 'RequestError';
  /** `Allow` of a 405, in seconds `Retry-After` of a 429. */
  readonly detail: string | undefined;

  constructor(code: RequestErrorCode, message: string, detail?: string) {
    super(code, message);
    this.detail = detail;
  }
}
