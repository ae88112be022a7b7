/// The exact answer about an exact linear program, with its proof.
///
/// **Signs.** `y_i >= 0` for `atMost` rows, `y_i <= 0` for `atLeast` rows, any sign for `equal`.
/// With `d = c - yA`, every `x` that meets the constraints has
///
///     c·x <= y·b + Σ_t max(d_t lo_t, d_t hi_t)
///
/// and the right side equals the optimum. In an infeasible program the same right side with
/// `c = 0` is negative: `y·b + Σ_t max((-yA)_t lo_t, (-yA)_t hi_t) < 0`.
public enum RationalLPOutcome: Hashable, Sendable {
  /// The optimum, a point that has it, and multipliers that prove it; `reducedCosts` is `c - yA`.
  case optimal(value: Rational, point: [Rational], rowDuals: [Rational], reducedCosts: [Rational])
  /// No point meets the constraints; the multipliers prove it.
  case infeasible(rowMultipliers: [Rational])
}
