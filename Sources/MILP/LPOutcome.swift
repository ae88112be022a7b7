/// An untrusted answer about a linear program.
///
/// **Signs.** `rowDuals` are the change of the objective per unit of row activity, whatever the
/// sense. With `d = c - yA` and every row `lower_i <= A_i x <= upper_i`, for a maximization
///
///     c·x <= Σ_i max_{r ∈ [lower_i, upper_i]} y_i r + Σ_t max_{x_t} d_t x_t
///
/// and for a minimization the same with `>=` and `min`, both up to rounding an equality at the
/// optimum. So in a maximization `y_i >= 0` where only the upper bound is finite. A ray `y` obeys,
/// whatever the sense, the inequality of a maximization with `c = 0` and a negative right side:
///
///     Σ_i max_{r ∈ [lower_i, upper_i]} y_i r + Σ_t max_{x_t} (-yA)_t x_t < 0
public enum LPOutcome: Hashable, Sendable {
  /// The solver says that `value` at `point` is the optimum, and why.
  case claimedOptimal(value: Double, point: [Double], rowDuals: [Double])
  /// The solver says that there is no point; nil if it could not say why.
  case claimedInfeasible(ray: [Double]?)
  /// A limit ended the solve.
  case stopped(Limit)
}
