import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** A moment that nobody can move by setting a clock: which start of the machine, and how long after. */
export type BootTime = {
  readonly bootId: string;
  /** Seconds since the start, sleep included. */
  readonly seconds: number;
};

/** Reads the machine's own clock. */
export function readBootTime(): BootTime {
  return { bootId: readBootId(), seconds: uptime() };
}

/**
 * How long ago a moment of this machine was, in seconds; `undefined` when it was before the machine
 * was last started, or is not yet: then nobody can tell.
 */
export function secondsSince(then: BootTime, now: BootTime): number | undefined {
  if (then.bootId !== now.bootId || now.seconds < then.seconds) return undefined;
  return now.seconds - then.seconds;
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Where the kernel gives no identifier, the minute of the start is one; a clock that is set
    // changes it, and then pending requests have expired.
    return `started-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
