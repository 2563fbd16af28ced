import type { CredentialFormat } from '@symbolon/schemas';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What `/metrics` shows: counts and times, nothing about a person. */
export type Metrics = {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly countRequest: (route: string, status: number, seconds: number) => void;
  readonly countCredentials: (format: CredentialFormat, count: number) => void;
};

/** Metrics of one server, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Counter({
    name: 'symbolon_http_requests_total',
    help: 'Answered requests',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'symbolon_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['route'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  const credentials = new Counter({
    name: 'symbolon_credentials_issued_total',
    help: 'Credentials handed out, by format',
    labelNames: ['format'],
    registers: [registry],
  });
  processGauge(registry, 'process_resident_memory_bytes', 'Resident memory', () => {
    return process.memoryUsage.rss();
  });
  processGauge(registry, 'process_cpu_seconds', 'Processor time used', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countRequest: (route, status, duration): void => {
      requests.inc({ route, status });
      seconds.observe({ route }, duration);
    },
    countCredentials: (format, count): void => {
      credentials.inc({ format }, count);
    },
  };
}

function processGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect(): void {
      this.set(read());
    },
  });
  registry.registerMetric(gauge);
}
