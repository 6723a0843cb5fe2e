import { Tracing } from '#libs/telemetry';

test('LIF-13 a request that failed is always traced, of the others the share that was said', () => {
  const tracing = (ratio: number) => new Tracing({ endpoint: undefined, ratio }, 'test');
  for (const status of [500, 503]) expect(tracing(0).wants(status)).toBe(true);
  for (const status of [200, 404, 429]) {
    expect(tracing(0).wants(status)).toBe(false);
    expect(tracing(1).wants(status)).toBe(true);
  }
  const sent = Array.from({ length: 5_000 }, () => tracing(0.1).wants(200)).filter(Boolean).length;
  expect(sent).toBeGreaterThan(350);
  expect(sent).toBeLessThan(650);
});
