/**
 * A refusal: bad evidence, a bad request, or something that is not trusted; never our own fault.
 *
 * Each area has its own subclass with a closed union of codes. `message` says what was expected and
 * what was found, `hint` what to do next; neither ever holds a claim's value, a token, a code, a key
 * or a number of a person. `cause` is for the debugger and is never serialised.
 */
export abstract class Refusal<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;

  constructor(code: Code, message: string, options?: ErrorOptions & { readonly hint?: string }) {
    super(message, options);
    this.code = code;
    this.hint = options?.hint;
  }
}
