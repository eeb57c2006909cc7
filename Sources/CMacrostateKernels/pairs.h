// Pair forces of interacting particles; placeholder values until the simulator lands.

static double pairForces(size_t n, MacrostatePairForce force, const float *x, const float *y, float *vx, float *vy) {
  (void)n; (void)force; (void)x; (void)y; (void)vx; (void)vy;
  return 0;
}
