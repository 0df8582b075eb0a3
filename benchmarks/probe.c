/* Throughput of one core from its first-level cache: operations per second of a kind and a precision.
   cc -O3 -march=native -ffast-math -DREAL=double probe.c -lm; prints JSON. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#ifndef REAL
#define REAL double
#endif
#define LENGTH 512
#define CHAIN 8

static REAL x[LENGTH] __attribute__((aligned(64))), y[LENGTH] __attribute__((aligned(64)));
static REAL sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

#define SQRT(v) (sizeof(REAL) == 8 ? sqrt(v) : sqrtf(v))
#define EXP(v) (sizeof(REAL) == 8 ? exp(v) : expf(v))

/* Eight chains at once hide the latency of a fused multiply-add; the elements of a row hide that of the others. */
static __attribute__((noinline)) void fma_row(REAL a, REAL b) {
  for (int i = 0; i < LENGTH; i++) {
    REAL u = x[i], v = y[i], w = u + b, z = v + b;
    for (int k = 0; k < CHAIN; k++) {
      u = u * a + b;
      v = v * a + b;
      w = w * a + b;
      z = z * a + b;
    }
    x[i] = u + w;
    y[i] = v + z;
  }
}
static __attribute__((noinline)) void divide_row(REAL a, REAL b) {
  (void)b;
  for (int i = 0; i < LENGTH; i++) x[i] = a / (x[i] + b);
}
static __attribute__((noinline)) void sqrt_row(REAL a, REAL b) {
  for (int i = 0; i < LENGTH; i++) x[i] = SQRT(x[i] + a + b);
}
static __attribute__((noinline)) void exp_row(REAL a, REAL b) {
  for (int i = 0; i < LENGTH; i++) x[i] = EXP(x[i] * a) * b;
}

static double rate(void (*row)(REAL, REAL), REAL a, REAL b, double operations) {
  double best = 0;
  for (int trial = 0; trial < 7; trial++) {
    for (int i = 0; i < LENGTH; i++) x[i] = y[i] = (REAL)(0.5 + 0.5 * i / LENGTH);
    int rows = 4000;
    double began = now();
    for (int r = 0; r < rows; r++) row(a, b);
    double taken = now() - began;
    for (int i = 0; i < LENGTH; i++) sink += x[i] + y[i];
    if (operations * LENGTH * rows / taken > best) best = operations * LENGTH * rows / taken;
  }
  return best;
}

int main(void) {
  printf("{\"fma\": %.6g, \"divide\": %.6g, \"sqrt\": %.6g, \"exp\": %.6g}\n",
         rate(fma_row, (REAL)0.999, (REAL)0.001, 4 * CHAIN), rate(divide_row, (REAL)1.5, (REAL)0.5, 1),
         rate(sqrt_row, (REAL)0.25, (REAL)0.25, 1), rate(exp_row, (REAL)-0.5, (REAL)1.1, 1));
  return sink == 1234.5;
}
